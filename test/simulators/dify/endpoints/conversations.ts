import type { RequestContext } from '../context';
import { nameFrom } from '../chat/lifecycle';
import { DifyError, invalidParam, notFound } from '../errors';
import { pageByTime } from '../postgres';
import { pydanticMessage } from '../python';
import type { Router } from '../router';
import { seconds, type Conversation, type EndUser } from '../state';
import type { Dict } from '../types';
import { requireChatApp } from './chat';

function conversationItem(conversation: Conversation): Dict {
	return {
		id: conversation.id,
		name: conversation.name,
		inputs: conversation.inputs,
		status: conversation.status,
		introduction: conversation.introduction,
		created_at: seconds(conversation.createdAt),
		updated_at: seconds(conversation.updatedAt),
	};
}

/** The conversation in the path, if it belongs to this app and user; otherwise 404. */
export function requireConversation(context: RequestContext, user: EndUser): Conversation {
	const id = context.param('conversation_id').toLowerCase();
	const found = context.core.state.conversationOf(context.app, user, id);
	if (!found) throw notFound('Conversation Not Exists.');
	return found;
}

const SORTS = ['created_at', '-created_at', 'updated_at', '-updated_at'];

function sortKey(sort: string): (conversation: Conversation) => number {
	return sort.endsWith('created_at') ? (item) => item.createdAt : (item) => item.updatedAt;
}

/** Only conversations made through the API by this user; cursor `last_id`. */
function list(context: RequestContext): void {
	const { app, core } = context;
	const model = 'ConversationListQuery';
	requireChatApp(app);
	const endUser = context.endUser('query');
	const limit = context.integer(model, 'limit', 20, 1, 100);
	const sort = context.query('sort_by') || '-updated_at';
	if (!SORTS.includes(sort)) {
		const problem = `Input should be ${SORTS.map((name) => `'${name}'`).join(', ')}`;
		throw invalidParam(pydanticMessage(model, 'sort_by', problem, 'literal_error', sort));
	}
	const key = sortKey(sort);
	const direction = sort.startsWith('-') ? -1 : 1;
	const mine = [...core.state.conversations.values()].filter((item) =>
		core.state.conversationOf(app, endUser, item.id),
	);
	const lastId = context.query('last_id');
	const last = mine.find((item) => item.id === lastId);
	if (lastId && !last) throw notFound('Last Conversation Not Exists.');
	// Strict, for the page and for `has_more`: what shares the time of the last one is on no page.
	const behind = (end: Conversation) => mine.filter((a) => direction * (key(a) - key(end)) > 0);
	const rest = last ? behind(last) : mine;
	const page = pageByTime(rest, (item) => direction * key(item), { limit });
	const end = page[limit - 1];
	context.send(200, {
		limit,
		has_more: end !== undefined && behind(end).length > 0,
		data: page.map(conversationItem),
	});
}

/** Needs a JSON body, though the specification calls it optional. */
function remove(context: RequestContext): void {
	const endUser = context.endUser('json');
	requireChatApp(context.app);
	requireConversation(context, endUser).deleted = true;
	context.sendEmpty(204);
}

function rename(context: RequestContext): void {
	const { app, core } = context;
	const endUser = context.endUser('json');
	requireChatApp(app);
	const { name, auto_generate: auto } = context.json();
	const blank = typeof name !== 'string' || name.trim() === '';
	if (blank && auto !== true) {
		const problem = 'Value error, name is required when auto_generate is false';
		throw invalidParam(
			pydanticMessage('ConversationRenamePayload', '', problem, 'value_error', context.json()),
		);
	}
	const conversation = requireConversation(context, endUser);
	if (auto === true) {
		const first = conversation.messageIds[0];
		const message = first ? core.state.messages.get(first) : undefined;
		// Nothing to make a name of: the server fails.
		if (!message) throw new DifyError(500, 'internal_server_error', 'Internal server error.');
		conversation.name = nameFrom(message.query);
	} else {
		conversation.name = String(name);
	}
	conversation.updatedAt = Date.now();
	context.send(200, conversationItem(conversation));
}

export function addConversationRoutes(router: Router): void {
	const one = '/v1/conversations/{conversation_id:uuid}';
	router
		.add({ method: 'GET', pattern: '/v1/conversations', handler: list })
		.add({ method: 'DELETE', pattern: one, handler: remove })
		.add({ method: 'POST', pattern: `${one}/name`, handler: rename });
}
