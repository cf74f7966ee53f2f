import type {
	IDataObject,
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';

import type { Caller, Service } from '../../shared/client';
import { invalidValue } from '../../shared/errors';
import { tryParseJson } from '../../shared/json';
import { append, asObject, isObject, trimmed } from '../../shared/values';
import type { List } from '../transport/lists';
import { readPage } from '../transport/lists';
import { readForPicker } from './picker';

/** How many pages are searched before the list shows what was found. */
const MAX_PAGES = 5;

interface Search {
	/** Whose list it is, if not an app's. */
	service?: Service;
	/** @throws ChatflowError if a parameter that it depends on is empty. */
	list: () => List;
	/** Missing if the server searches. */
	filter?: string;
	/** What the next page's query says, as JSON. */
	paginationToken?: string;
	toItem: (record: IDataObject) => INodeListSearchItems;
}

/** One page for the picker; with a filter several, until something is found. */
export async function search(
	context: ILoadOptionsFunctions,
	{ service, list, filter, paginationToken, toItem }: Search,
): Promise<INodeListSearchResult> {
	const results: INodeListSearchItems[] = [];
	let next: IDataObject | undefined = asObject(tryParseJson(paginationToken ?? ''));
	await readForPicker(
		context,
		async (caller) => {
			const searched = list();
			for (let pages = 0; next && pages < MAX_PAGES && results.length === 0; pages++) {
				const { after, ...position }: IDataObject = next;
				const page = await readPage(caller, searched, position);
				// A page may begin with records of the one before: those up to its last one.
				const known = page.records.findIndex(({ id }) => after !== undefined && id === after);
				append(results, named(page.records.slice(known + 1).map(toItem), filter));
				const last = page.records.at(-1);
				next = page.next && last && { ...page.next, after: last.id };
			}
		},
		service,
	);
	return { results, paginationToken: next && JSON.stringify(next) };
}

interface WholeSearch extends Pick<Search, 'service' | 'filter'> {
	read: (caller: Caller) => Promise<IDataObject[]>;
	toItem: (record: IDataObject) => INodeListSearchItems;
}

/** All of a list that has no pages and that the server cannot search. */
export async function searchWhole(
	context: ILoadOptionsFunctions,
	{ service, read, filter, toItem }: WholeSearch,
): Promise<INodeListSearchResult> {
	const records = await readForPicker(context, read, service);
	return { results: named(records.map(toItem), filter) };
}

function named(items: INodeListSearchItems[], filter?: string): INodeListSearchItems[] {
	const wanted = filter?.toLowerCase();
	return items.filter(({ name }) => !wanted || name.toLowerCase().includes(wanted));
}

/** A parameter of the node that a list depends on. */
export function parameter(context: ILoadOptionsFunctions, name: string, label: string): string {
	const given: unknown = context.getCurrentNodeParameter(name);
	const value = trimmed(isObject(given) ? given.value : given);
	// An expression that the editor could not evaluate arrives as it was written.
	if (value && !value.startsWith('=')) return value;
	throw invalidValue(
		`Fill in ${label} first`,
		`The list depends on ${label}. If it is an expression that has no value yet, choose By ID here`,
	);
}
