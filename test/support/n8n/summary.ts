import type { IDataObject } from 'n8n-workflow';

const MOST_ITEMS = 4;
const WIDTH = 150;
const TEXT_WIDTH = 70;
/** What a reader wants to see first, where an item has it. */
const FIRST = [
	'answer',
	'event',
	'type',
	'node_title',
	'data',
	'status',
	'waiting_input',
	'flow_ended',
];

function shown(value: unknown): string {
	if (typeof value === 'string') {
		const short = value.length > TEXT_WIDTH ? `${value.slice(0, TEXT_WIDTH)}...` : value;
		return JSON.stringify(short);
	}
	if (Array.isArray(value)) return `[${value.length}]`;
	if (typeof value === 'object' && value !== null) {
		const inner = JSON.stringify(value);
		return inner.length > TEXT_WIDTH ? '{...}' : inner;
	}
	return String(value);
}

function line(item: IDataObject): string {
	const known = FIRST.filter((key) => key in item);
	const others = Object.keys(item).filter((key) => !known.includes(key));
	const text = [...known, ...others].map((key) => `${key}: ${shown(item[key])}`).join(', ');
	return text.length > WIDTH ? `${text.slice(0, WIDTH)} ...` : text;
}

/** A few lines that let a person see what a node gave: how many items, and how they begin. */
export function summarize(items: IDataObject[]): string[] {
	const lines = items.slice(0, MOST_ITEMS).map((item, index) => `${index + 1}. ${line(item)}`);
	const rest = items.length - lines.length;
	const heading = items.length === 1 ? '1 item' : `${items.length} items`;
	return [heading, ...lines, ...(rest > 0 ? [`... and ${rest} more`] : [])];
}
