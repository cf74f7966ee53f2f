import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { path } from '../../shared/client';
import { asText } from '../../shared/values';
import { LIST_RULES } from '../transport/lists';
import { parameter, search } from './search';

export * from './knowledgeSearch';

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
