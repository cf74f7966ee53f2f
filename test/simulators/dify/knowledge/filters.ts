import type { KnowledgeDocument } from './records';
import { isDict } from './check';
import type { Dict } from '../types';

export const OPERATORS = [
	...['contains', 'not contains', 'start with', 'end with', 'is', 'is not', 'empty', 'not empty'],
	...['in', 'not in', '=', '≠', '>', '<', '≥', '≤', 'before', 'after'],
];

type Test = (actual: unknown, wanted: unknown) => boolean;

function text(value: unknown): string {
	return value === null || value === undefined ? '' : String(value);
}

function list(value: unknown): string[] {
	return Array.isArray(value) ? value.map(text) : text(value).split(',');
}

const TESTS: Record<string, Test> = {
	contains: (actual, wanted) => text(actual).includes(text(wanted)),
	'not contains': (actual, wanted) => !text(actual).includes(text(wanted)),
	'start with': (actual, wanted) => text(actual).startsWith(text(wanted)),
	'end with': (actual, wanted) => text(actual).endsWith(text(wanted)),
	is: (actual, wanted) => text(actual) === text(wanted),
	'is not': (actual, wanted) => text(actual) !== text(wanted),
	in: (actual, wanted) => list(wanted).includes(text(actual)),
	'not in': (actual, wanted) => !list(wanted).includes(text(actual)),
	'=': (actual, wanted) => Number(actual) === Number(wanted),
	'≠': (actual, wanted) => Number(actual) !== Number(wanted),
	'>': (actual, wanted) => Number(actual) > Number(wanted),
	'<': (actual, wanted) => Number(actual) < Number(wanted),
	'≥': (actual, wanted) => Number(actual) >= Number(wanted),
	'≤': (actual, wanted) => Number(actual) <= Number(wanted),
	before: (actual, wanted) => Number(actual) < Number(wanted),
	after: (actual, wanted) => Number(actual) > Number(wanted),
};

/** A document that lacks the field meets only `empty`. */
function meets(document: KnowledgeDocument, condition: Dict): boolean {
	const actual = document.metadata?.[String(condition.name)] ?? null;
	const operator = String(condition.comparison_operator);
	if (operator === 'empty') return actual === null;
	if (actual === null) return false;
	return operator === 'not empty' || (TESTS[operator]?.(actual, condition.value) ?? false);
}

/** Whether a document passes `metadata_filtering_conditions`. */
export function passes(document: KnowledgeDocument, filter: unknown): boolean {
	if (!isDict(filter) || !Array.isArray(filter.conditions)) return true;
	const conditions = filter.conditions.filter(isDict);
	if (conditions.length === 0) return true;
	return filter.logical_operator === 'or'
		? conditions.some((condition) => meets(document, condition))
		: conditions.every((condition) => meets(document, condition));
}
