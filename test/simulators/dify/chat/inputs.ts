import { invalidParam } from '../errors';
import { pyRepr } from '../python';
import type { Dict, FormControl, FormItem } from '../types';
import type { MessageFile } from '../state';

type FileMaker = (mapping: Dict) => MessageFile;

interface FieldContext {
	type: string;
	field: FormControl;
	makeFile: FileMaker;
}

function isDict(value: unknown): value is Dict {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown, { type, field }: FieldContext): unknown {
	if (typeof value !== 'string') {
		throw invalidParam(`(type '${type}') ${field.variable} in input form must be a string`);
	}
	if (type === 'select') {
		if (!field.options?.includes(value)) {
			throw invalidParam(
				`${field.variable} in input form must be one of the following: ${pyRepr(field.options ?? [])}`,
			);
		}
	} else if (field.max_length && [...value].length > field.max_length) {
		throw invalidParam(
			`${field.variable} in input form must be less than ${field.max_length} characters`,
		);
	}
	return value.replaceAll('\0', '');
}

function number(value: unknown, { field }: FieldContext): unknown {
	if (typeof value === 'number') return value;
	if (typeof value === 'string') {
		const given = value.trim();
		if (given === '') return null;
		// float() if there is a point in it, else int().
		const isInteger = /^[+-]?\d+(_\d+)*$/.test(given);
		const plain = Number(given.replaceAll('_', ''));
		if (isInteger || (given.includes('.') && Number.isFinite(plain))) return plain;
	}
	throw invalidParam(`${field.variable} in input form must be a valid number`);
}

const CHECKED = new Map<unknown, boolean>([
	['true', true],
	['1', true],
	['yes', true],
	['on', true],
	['false', false],
	['0', false],
	['no', false],
	['off', false],
]);

/** Anything is taken; what looks like a boolean becomes one. */
function checkbox(value: unknown): unknown {
	return CHECKED.get(String(value).trim().toLowerCase()) ?? value;
}

function file(value: unknown, { field, makeFile }: FieldContext): unknown {
	if (value === '' && !field.required) return null;
	if (!isDict(value)) throw invalidParam(`${field.variable} in input form must be a file`);
	makeFile(value);
	return value;
}

function fileList(value: unknown, { field, makeFile }: FieldContext): unknown {
	if (value === '' && !field.required) return null;
	if (!Array.isArray(value) || !value.every(isDict)) {
		throw invalidParam(`${field.variable} in input form must be a list of files`);
	}
	if (field.max_length && value.length > field.max_length) {
		throw invalidParam(
			`${field.variable} in input form must be less than ${field.max_length} files`,
		);
	}
	value.forEach((mapping) => makeFile(mapping));
	return value;
}

function jsonObject(value: unknown, { field }: FieldContext): unknown {
	if (value && !isDict(value)) {
		throw invalidParam(`${field.variable} in input form must be a dict`);
	}
	return value;
}

const CHECKS: Record<string, (value: unknown, context: FieldContext) => unknown> = {
	'text-input': text,
	paragraph: text,
	select: text,
	number,
	checkbox,
	file,
	'file-list': fileList,
	json_object: jsonObject,
};

/**
 * Checks `inputs` against the app's form, as the start of a run does (chat inputs).
 * Unknown keys are dropped, missing optional ones get their default. Throws invalid_param.
 */
export function checkInputs(form: FormItem[], inputs: Dict, makeFile: FileMaker): Dict {
	const checked: Dict = {};
	for (const item of form) {
		for (const [type, field] of Object.entries(item)) {
			checked[field.variable] = checkField(type, field, inputs[field.variable], makeFile);
		}
	}
	return checked;
}

function checkField(
	type: string,
	field: FormControl,
	given: unknown,
	makeFile: FileMaker,
): unknown {
	if (given === undefined || given === null) {
		if (field.required) throw invalidParam(`${field.variable} is required in input form`);
		return field.default ?? null;
	}
	const check = CHECKS[type];
	const value = check ? check(given, { type, field, makeFile }) : given;
	if (isDict(value) && type !== 'file' && type !== 'json_object') {
		throw invalidParam(`Invalid input type for ${pyRepr([field.variable])}`);
	}
	return value;
}
