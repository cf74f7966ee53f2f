import type {
	IDataObject,
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { tryParseJson } from '../../shared/json';
import { asText, isObject } from '../../shared/objects';
import type { DifyList } from '../transport/lists';
import { difyPage } from '../transport/lists';
import { LIST_RULES } from '../transport/paging';
import { difyPath } from '../transport/request';

/** How many pages one look into a list may ask for before it shows what it has. */
const MOST_PAGES = 5;
/** Dify has no item here; n8n's error classes want one. */
const NO_ITEM = 0;

/** The conversations of the user that the node names, the latest first. Dify cannot search them. */
export async function searchConversations(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const list = {
		path: '/conversations',
		rule: LIST_RULES.conversations,
		query: { user: parameter(this, 'user', 'User') },
	};
	return await search(this, list, { filter, paginationToken, toItem: conversationItem });
}

/** The annotations of the app, the newest first; Dify searches questions and answers. */
export async function searchAnnotations(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const list = {
		path: '/apps/annotations',
		rule: LIST_RULES.annotations,
		query: filter ? { keyword: filter } : {},
	};
	return await search(this, list, { paginationToken, toItem: annotationItem });
}

/** The variables of the conversation that the node names. */
export async function searchVariables(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const conversationId = parameter(this, 'conversationId', 'Conversation');
	const list = {
		path: difyPath`/conversations/${conversationId}/variables`,
		rule: LIST_RULES.variables,
		query: { user: parameter(this, 'user', 'User') },
	};
	return await search(this, list, { filter, paginationToken, toItem: variableItem });
}

interface Search {
	/** Kept in names only, when the server has not searched already. */
	filter?: string;
	/** What the page before gave, as JSON. */
	paginationToken?: string;
	toItem(record: IDataObject): INodeListSearchItems;
}

/** One page for the picker; with a filter several, until something fits. */
async function search(
	context: ILoadOptionsFunctions,
	list: DifyList,
	{ filter, paginationToken, toItem }: Search,
): Promise<INodeListSearchResult> {
	const wanted = filter?.toLowerCase();
	const results: INodeListSearchItems[] = [];
	let next: IDataObject | undefined = tokenOf(paginationToken);
	for (let pages = 0; next && pages < MOST_PAGES && results.length === 0; pages++) {
		const page = await difyPage(context, NO_ITEM, list, next);
		const items = page.records.map(toItem);
		results.push(...items.filter(({ name }) => !wanted || name.toLowerCase().includes(wanted)));
		next = page.records.length > 0 ? page.next : undefined;
	}
	return { results, paginationToken: next && JSON.stringify(next) };
}

function tokenOf(paginationToken: string | undefined): IDataObject {
	const token = tryParseJson(paginationToken ?? '{}');
	return isObject(token) ? token : {};
}

/** A parameter of the node that the look-up needs. */
function parameter(context: ILoadOptionsFunctions, name: string, displayName: string): string {
	const given: unknown = context.getCurrentNodeParameter(name);
	const value = asText(isObject(given) ? given.value : given)?.trim();
	// An expression that the editor could not work out arrives as it was written.
	if (value && !value.startsWith('=')) return value;
	throw new NodeOperationError(context.getNode(), `Fill in ${displayName} first`, {
		description: `The list depends on ${displayName}. If it is an expression that has no value yet, choose By ID here`,
	});
}

function conversationItem({ id, name }: IDataObject): INodeListSearchItems {
	return { name: asText(name) ?? String(id), value: String(id) };
}

function annotationItem({ id, question }: IDataObject): INodeListSearchItems {
	return { name: asText(question) ?? String(id), value: String(id) };
}

function variableItem({ id, name, value_type }: IDataObject): INodeListSearchItems {
	return { name: `${String(name)} (${String(value_type)})`, value: String(id) };
}
