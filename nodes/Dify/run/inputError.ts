import type { IDataObject } from 'n8n-workflow';

import type { ErrorInfo } from '../../shared/errors';
import { isObject } from '../../shared/values';
import type { FormControl } from '../transport/appForm';

/**
 * What is wrong with the values of an app's input variables, by the rules of the server itself:
 * Dify 1.13 and 1.14 say nothing and end a stream after 300 s (SERVER.md, "Before a run starts").
 * Where versions differ, and for kinds of controls that are not known, a value passes.
 */
export function inputError(controls: FormControl[], inputs: IDataObject): ErrorInfo | undefined {
	for (const control of controls) {
		const wrong = wrongWith(control, inputs[control.variable]);
		if (wrong) return describe(control, wrong);
	}
	return undefined;
}

function describe({ label, variable }: FormControl, wrong: string): ErrorInfo {
	const name = label === variable ? `"${variable}"` : `"${label}" (${variable})`;
	return {
		message: `The input ${name} ${wrong}`,
		description: 'Correct the Inputs of this node. The request was not sent to Dify',
		isInvalidValue: true,
	};
}

function wrongWith(control: FormControl, value: unknown): string | undefined {
	const check = CHECKS.get(control.kind);
	if (!check) return undefined;
	if (value === undefined || value === null) return control.required ? 'is missing' : undefined;
	return check(value, control);
}

type Check = (value: unknown, control: FormControl) => string | undefined;

const CHECKS: ReadonlyMap<string, Check> = new Map<string, Check>([
	['text-input', wrongText],
	['paragraph', wrongText],
	['select', wrongChoice],
	['number', wrongNumber],
	['checkbox', () => undefined],
	['file', wrongFile],
	['file-list', wrongFileList],
]);

function wrongText(value: unknown, { maxLength = Infinity }: FormControl): string | undefined {
	if (typeof value !== 'string') return `must be a text, not ${kindOf(value)}`;
	// Characters as Python counts them.
	const length = value.length > maxLength ? [...value].length : 0;
	return length > maxLength
		? `has ${length} characters; at most ${maxLength} are allowed`
		: undefined;
}

function wrongChoice(value: unknown, { options }: FormControl): string | undefined {
	if (options.includes(value as string)) return undefined;
	return `must be one of these texts: ${options.map((option) => `"${option}"`).join(', ')}`;
}

/** What Python's int() takes. */
const INTEGER = /^[+-]?\p{Nd}+(_\p{Nd}+)*$/u;

function wrongNumber(value: unknown): string | undefined {
	if (typeof value === 'number' || typeof value === 'boolean') return undefined;
	if (typeof value !== 'string') return `must be a number, not ${kindOf(value)}`;
	const text = value.trim();
	const isNumber = text.includes('.')
		? !Number.isNaN(Number(text.replaceAll('_', '')))
		: text === '' || INTEGER.test(text);
	return isNumber ? undefined : `must be a number, not "${shortened(text)}"`;
}

function wrongFile(value: unknown, { required }: FormControl): string | undefined {
	if (isObject(value) || (value === '' && !required)) return undefined;
	return `must be a file, not ${kindOf(value)}`;
}

function wrongFileList(
	value: unknown,
	{ required, maxLength = Infinity }: FormControl,
): string | undefined {
	if (value === '' && !required) return undefined;
	if (!Array.isArray(value) || !value.every(isObject)) return 'must be a list of files';
	return value.length > maxLength
		? `has ${value.length} files; at most ${maxLength} are allowed`
		: undefined;
}

function kindOf(value: unknown): string {
	if (Array.isArray(value)) return 'a list';
	return typeof value === 'string'
		? `the text "${shortened(value)}"`
		: `a value of type ${typeof value}`;
}

function shortened(text: string): string {
	return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
