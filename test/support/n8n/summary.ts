import type { IDataObject } from 'n8n-workflow';

const MOST_ITEMS = 4;
const TEXT_WIDTH = 90;
/** What a reader wants to see, in this order, where an item has it. */
const TOLD = [
	'node_title',
	'title',
	'node_type',
	'event',
	'answer',
	'status',
	'waiting_input',
	'flow_ended',
	'entities',
	'dialog_id',
	'conversation_id',
];

function shown(value: unknown): string {
	const text =
		typeof value === 'string' ? `"${value.replace(/\s+/g, ' ')}"` : JSON.stringify(value);
	return text.length > TEXT_WIDTH ? `${text.slice(0, TEXT_WIDTH)} ...` : text;
}

function isTold(value: unknown): boolean {
	return value !== null && value !== undefined && value !== '';
}

function line(item: IDataObject): string {
	const told = TOLD.filter((key) => isTold(item[key]));
	const keys = told.length > 0 ? told : Object.keys(item);
	const others = Object.keys(item).length - keys.length;
	const text = keys.map((key) => `${key}: ${shown(item[key])}`).join(', ');
	return others > 0 ? `${text}, ${others} more fields` : text;
}

/** What was said in each round, for items that have several. */
function roundLines({ rounds }: IDataObject): string[] {
	if (!Array.isArray(rounds) || rounds.length < 2) return [];
	return (rounds as IDataObject[]).map(
		({ question, answer }) => `   ${shown(question)} -> ${shown(answer)}`,
	);
}

/** A few lines that let a person see what a node gave: how many items, and how they begin. */
export function summarize(items: IDataObject[]): string[] {
	const lines = items
		.slice(0, MOST_ITEMS)
		.flatMap((item, index) => [`${index + 1}. ${line(item)}`, ...roundLines(item)]);
	const rest = items.length - MOST_ITEMS;
	const heading = items.length === 1 ? '1 item' : `${items.length} items`;
	return [heading, ...lines, ...(rest > 0 ? [`... and ${rest} more`] : [])];
}
