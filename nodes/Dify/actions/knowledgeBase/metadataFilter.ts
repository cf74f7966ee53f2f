import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { invalidValue } from '../../../shared/errors';
import type { Item } from '../../../shared/item';
import { asObject, asText, objectsIn } from '../../../shared/values';

type Kind = 'text' | 'list' | 'number' | 'none';

/** What a value is compared as, by the operator that Dify knows. */
const OPERATORS: Record<string, { name: string; kind: Kind }> = {
	after: { name: 'After', kind: 'number' },
	before: { name: 'Before', kind: 'number' },
	contains: { name: 'Contains', kind: 'text' },
	'not contains': { name: 'Does Not Contain', kind: 'text' },
	'end with': { name: 'Ends With', kind: 'text' },
	is: { name: 'Is', kind: 'text' },
	empty: { name: 'Is Empty', kind: 'none' },
	'is not': { name: 'Is Not', kind: 'text' },
	'not empty': { name: 'Is Not Empty', kind: 'none' },
	'not in': { name: 'Is Not One Of', kind: 'list' },
	in: { name: 'Is One Of', kind: 'list' },
	'=': { name: 'Number Equals', kind: 'number' },
	'≥': { name: 'Number Is at Least', kind: 'number' },
	'≤': { name: 'Number Is at Most', kind: 'number' },
	'>': { name: 'Number Is Greater Than', kind: 'number' },
	'<': { name: 'Number Is Less Than', kind: 'number' },
	'≠': { name: 'Number Is Not', kind: 'number' },
	'start with': { name: 'Starts With', kind: 'text' },
};

const conditionFields: INodeProperties[] = [
	{
		displayName: 'Field Name',
		name: 'name',
		type: 'string',
		default: '',
		placeholder: 'e.g. department',
		description: 'The metadata field; documents without a value for it do not match',
	},
	{
		displayName: 'Operator',
		name: 'operator',
		type: 'options',
		options: Object.entries(OPERATORS).map(([value, { name }]) => ({ name, value })),
		default: 'is',
		description: 'How the value of the document is compared',
	},
	{
		displayName: 'Value',
		name: 'value',
		type: 'string',
		default: '',
		placeholder: 'e.g. sales',
		description:
			'What to compare with. Separate several with commas; give a time as a date or in Unix seconds.',
		displayOptions: { hide: { operator: ['empty', 'not empty'] } },
	},
];

export const metadataFilterOptions: INodeProperties[] = [
	{
		displayName: 'Metadata Filter',
		name: 'metadataFilter',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add Condition',
		default: {},
		description: 'Only chunks of documents whose metadata match',
		options: [{ displayName: 'Condition', name: 'condition', values: conditionFields }],
	},
	{
		displayName: 'Metadata Match',
		name: 'metadataMatch',
		type: 'options',
		options: [
			{ name: 'All Conditions', value: 'and' },
			{ name: 'Any Condition', value: 'or' },
		],
		default: 'or',
		description:
			'How many conditions of the Metadata Filter must hold; all of them if this is left out',
	},
];

/**
 * The conditions as Dify takes them; `undefined` if there are none.
 *
 * @throws ChatflowError if a field has no name, or a number is none.
 */
export function metadataFilter(item: Item): IDataObject | undefined {
	const rows = objectsIn(asObject(item.options.metadataFilter).condition);
	if (rows.length === 0) return undefined;
	return {
		logical_operator: asText(item.options.metadataMatch) ?? 'and',
		conditions: rows.map(condition),
	};
}

function condition({ name, operator, value }: IDataObject): IDataObject {
	const field = asText(name)?.trim();
	if (!field) {
		throw invalidValue(
			'A condition of Metadata Filter has no field name',
			'Fill in Field Name, or remove the condition',
		);
	}
	const comparison = String(operator ?? 'is');
	return {
		name: field,
		comparison_operator: comparison,
		value: VALUES[OPERATORS[comparison]?.kind ?? 'text'](value, field),
	};
}

type Value = string | number | string[] | null;

const VALUES: Record<Kind, (given: unknown, field: string) => Value> = {
	none: () => null,
	text: (given) => String(given ?? ''),
	list: (given) =>
		String(given ?? '')
			.split(',')
			.map((part) => part.trim())
			.filter(Boolean),
	number: (given, field) => {
		const value = numberFrom(given);
		if (value !== undefined) return value;
		throw invalidValue(
			`The value for "${field}" in Metadata Filter is not a number: ${JSON.stringify(given)}`,
			'Write a number, or a date such as 2025-01-31',
		);
	},
};

/** A number, or a date in Unix seconds: Dify stores times so. */
function numberFrom(given: unknown): number | undefined {
	const text = String(given ?? '').trim();
	if (text === '') return undefined;
	const number = Number(text);
	if (Number.isFinite(number)) return number;
	const time = Date.parse(text);
	return Number.isNaN(time) ? undefined : Math.floor(time / 1000);
}
