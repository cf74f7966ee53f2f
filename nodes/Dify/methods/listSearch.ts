import type {
	IDataObject,
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';

import type { Service } from '../../shared/client';
import { path } from '../../shared/client';
import { invalidValue } from '../../shared/errors';
import { tryParseJson } from '../../shared/json';
import { asObject, asText, defined, isObject, trimmed } from '../../shared/values';
import { knowledgeService } from '../transport/knowledge';
import type { List } from '../transport/lists';
import { LIST_RULES, readPage } from '../transport/lists';
import { readForPicker } from './picker';

/** How many pages are searched before the list shows what was found. */
const MAX_PAGES = 5;

/** The conversations of the user that the node names, the latest first. Dify cannot search them. */
export async function searchConversations(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await search(this, {
		list: () => ({
			path: '/conversations',
			rule: LIST_RULES.conversations,
			query: { user: parameter(this, 'user', 'User') },
		}),
		filter,
		paginationToken,
		toItem: ({ id, name }) => ({ name: asText(name) ?? String(id), value: String(id) }),
	});
}

/** The annotations of the app, the newest first; Dify searches questions and answers. */
export async function searchAnnotations(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await search(this, {
		list: () => ({
			path: '/apps/annotations',
			rule: LIST_RULES.annotations,
			query: filter ? { keyword: filter } : {},
		}),
		paginationToken,
		toItem: ({ id, question }) => ({ name: asText(question) ?? String(id), value: String(id) }),
	});
}

/** The variables of the conversation that the node names. */
export async function searchVariables(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await search(this, {
		list: () => ({
			path: path`/conversations/${parameter(this, 'conversationId', 'Conversation')}/variables`,
			rule: LIST_RULES.variables,
			query: { user: parameter(this, 'user', 'User') },
		}),
		filter,
		paginationToken,
		toItem: ({ id, name, value_type }) => ({
			name: `${String(name)} (${String(value_type)})`,
			value: String(id),
		}),
	});
}

/** The knowledge bases of the workspace, the newest first; Dify searches their names. */
export async function searchDatasets(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await search(this, {
		service: knowledgeService,
		list: () => ({
			path: '/datasets',
			rule: LIST_RULES.datasets,
			query: defined({ include_all: 'true', keyword: filter || undefined }),
		}),
		paginationToken,
		toItem: ({ id, name }) => ({ name: asText(name) ?? String(id), value: String(id) }),
	});
}

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
async function search(
	context: ILoadOptionsFunctions,
	{ service, list, filter, paginationToken, toItem }: Search,
): Promise<INodeListSearchResult> {
	const wanted = filter?.toLowerCase();
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
				const items = page.records.slice(known + 1).map(toItem);
				results.push(...items.filter(({ name }) => !wanted || name.toLowerCase().includes(wanted)));
				const last = page.records.at(-1);
				next = page.next && last && { ...page.next, after: last.id };
			}
		},
		service,
	);
	return { results, paginationToken: next && JSON.stringify(next) };
}

/** A parameter of the node that a list depends on. */
function parameter(context: ILoadOptionsFunctions, name: string, label: string): string {
	const given: unknown = context.getCurrentNodeParameter(name);
	const value = trimmed(isObject(given) ? given.value : given);
	// An expression that the editor could not evaluate arrives as it was written.
	if (value && !value.startsWith('=')) return value;
	throw invalidValue(
		`Fill in ${label} first`,
		`The list depends on ${label}. If it is an expression that has no value yet, choose By ID here`,
	);
}
