import type { Dict } from './types';

function quote(text: string): string {
	const useDouble = text.includes("'") && !text.includes('"');
	const mark = useDouble ? '"' : "'";
	const escaped = text
		.replace(/\\/g, '\\\\')
		.replace(/\n/g, '\\n')
		.replace(/\r/g, '\\r')
		.replace(/\t/g, '\\t');
	return mark + (useDouble ? escaped : escaped.replace(/'/g, "\\'")) + mark;
}

/** Python's `repr()` of a JSON value. */
export function pyRepr(value: unknown): string {
	if (value === null || value === undefined) return 'None';
	if (value === true) return 'True';
	if (value === false) return 'False';
	if (typeof value === 'string') return quote(value);
	if (Array.isArray(value)) return `[${value.map(pyRepr).join(', ')}]`;
	if (typeof value === 'object') {
		const pairs = Object.entries(value as Dict).map(
			([key, item]) => `${quote(key)}: ${pyRepr(item)}`,
		);
		return `{${pairs.join(', ')}}`;
	}
	return String(value);
}

/** Python's `str()`: what a conversation variable's `value` field holds (variables GET). */
export function pyStr(value: unknown): string {
	return typeof value === 'string' ? value : pyRepr(value);
}

const PYDANTIC_TYPES: Record<string, string> = { string: 'str', boolean: 'bool', object: 'dict' };

function pythonType(value: unknown): string {
	if (value === null || value === undefined) return 'NoneType';
	if (Array.isArray(value)) return 'list';
	if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
	return PYDANTIC_TYPES[typeof value] ?? typeof value;
}

/** One thing that a pydantic model finds wrong. */
export interface PydanticProblem {
	/** Path in the body, joined with dots. */
	field: string;
	problem: string;
	kind: string;
	input: unknown;
}

/** The multi-line text of a failed pydantic model. */
export function pydanticReport(model: string, problems: PydanticProblem[]): string {
	const plural = problems.length === 1 ? 'error' : 'errors';
	const lines = problems.flatMap(({ field, problem, kind, input }) => {
		const shown = pyRepr(input);
		const cut = shown.length > 60 ? `${shown.slice(0, 40)}...${shown.slice(-16)}` : shown;
		return [
			...(field === '' ? [] : [field]),
			`  ${problem} [type=${kind}, input_value=${cut}, input_type=${pythonType(input)}]`,
			`    For further information visit https://errors.pydantic.dev/2.11/v/${kind}`,
		];
	});
	return [`${problems.length} validation ${plural} for ${model}`, ...lines].join('\n');
}

/** As `pydanticReport`, for one problem. */
export function pydanticMessage(
	model: string,
	field: string,
	problem: string,
	kind: string,
	input: unknown,
): string {
	return pydanticReport(model, [{ field, problem, kind, input }]);
}
