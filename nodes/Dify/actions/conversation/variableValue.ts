import type { IDataObject } from 'n8n-workflow';

import { tryParseJson } from '../../../shared/json';
import { parsePythonLiteral, plain } from '../../../shared/pythonLiteral';
import { isObject } from '../../../shared/values';

/** How the text of each type is read; the text of any other type is the value itself. */
const READERS: Array<{ type: RegExp; read: (text: string) => unknown }> = [
	{ type: /^(number|integer|float)$/, read: numberFrom },
	{ type: /^bool(ean)?$/, read: booleanFrom },
	{ type: /^object$/, read: (text) => only(isObject, literalFrom(text)) },
	{ type: /^array\b/, read: (text) => only(Array.isArray, literalFrom(text)) },
];

/**
 * The value that a text stands for, by the variable's `value_type`. Dify writes what Python prints
 * (`{'a': 1}`, `True`, `None`); JSON is understood as well.
 *
 * @returns `undefined` if the text is not a value of that type, or a number too long for a double.
 */
export function valueFromText(text: string, valueType: string): unknown {
	const reader = READERS.find(({ type }) => type.test(valueType));
	if (!reader) return text;
	const trimmed = text.trim();
	return trimmed === 'None' || trimmed === 'null' ? null : reader.read(trimmed);
}

function numberFrom(text: string): number | undefined {
	const value = Number(text);
	if (text === '' || !Number.isFinite(value)) return undefined;
	return Number.isInteger(value) && !Number.isSafeInteger(value) ? undefined : value;
}

function booleanFrom(text: string): boolean | undefined {
	if (/^true$/i.test(text)) return true;
	return /^false$/i.test(text) ? false : undefined;
}

function literalFrom(text: string): unknown {
	return tryParseJson(text) ?? plain(parsePythonLiteral(text));
}

function only(isKind: (value: unknown) => boolean, value: unknown): unknown {
	return isKind(value) ? value : undefined;
}

/** A variable whose `value` is the real value; `value_raw` is what Dify sent. */
export function withDecodedValue(variable: IDataObject): IDataObject {
	const { value, value_type: type } = variable;
	const decoded = typeof value === 'string' ? valueFromText(value, String(type)) : value;
	return {
		...variable,
		value: decoded === undefined ? value : decoded,
		value_raw: value,
	};
}
