import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { tryParseJson } from '../../shared/json';
import { asText, isObject } from '../../shared/objects';

/** A parameter that must not be empty, trimmed. `label` is its name in the editor. */
export function requiredText(
	context: IExecuteFunctions,
	itemIndex: number,
	name: string,
	label: string,
): string {
	const text = textOf(context.getNodeParameter(name, itemIndex, ''));
	if (text) return text;
	throw new NodeOperationError(context.getNode(), `${label} is empty`, {
		itemIndex,
		description: `Fill in ${label}. When it is an expression, check that it gives a value for this item`,
	});
}

/** A text or a number as trimmed text; empty for anything else. */
export function textOf(value: unknown): string {
	return asText(value)?.trim() ?? '';
}

interface JsonField {
	name: string;
	label: string;
	example: string;
}

/** A JSON object among the options, `undefined` when it is empty. Expressions may give objects. */
export function objectOption(
	context: IExecuteFunctions,
	itemIndex: number,
	options: IDataObject,
	field: JsonField,
): IDataObject | undefined {
	const value = jsonValue(options[field.name]);
	if (value === undefined) return undefined;
	if (!isObject(value)) throw notJson(context, itemIndex, field, 'object');
	return Object.keys(value).length > 0 ? value : undefined;
}

/** A JSON list of objects among the options, `undefined` when it is empty. */
export function listOption(
	context: IExecuteFunctions,
	itemIndex: number,
	options: IDataObject,
	field: JsonField,
): IDataObject[] | undefined {
	const value = jsonValue(options[field.name]);
	if (value === undefined) return undefined;
	if (!Array.isArray(value) || !value.every(isObject)) {
		throw notJson(context, itemIndex, field, 'list of objects');
	}
	return value.length > 0 ? (value as IDataObject[]) : undefined;
}

/** `null` stands for a text that is no JSON: it is neither an object nor a list. */
function jsonValue(given: unknown): unknown {
	if (given === undefined || given === '') return undefined;
	return typeof given === 'string' ? (tryParseJson(given) ?? null) : given;
}

function notJson(
	context: IExecuteFunctions,
	itemIndex: number,
	{ label, example }: JsonField,
	kind: string,
): NodeOperationError {
	return new NodeOperationError(context.getNode(), `${label} is not a JSON ${kind}`, {
		itemIndex,
		description: `Write ${label} like ${example}`,
	});
}
