import { randomUUID } from 'node:crypto';
import type { RequestContext } from '../context';
import { badRequest, forbidden, invalidParam, DifyError, notFound } from '../errors';
import { pageByTime, wholeSecond } from '../postgres';
import { pydanticMessage } from '../python';
import type { Router } from '../router';
import { isoTime, seconds, type Message } from '../state';
import type { Dict } from '../types';
import { requireChatApp } from './chat';

function messageItem(context: RequestContext, message: Message): Dict {
	const feedback = context.core.state.feedbackOf(message.id);
	return {
		id: message.id,
		conversation_id: message.conversationId,
		parent_message_id: message.parentMessageId,
		inputs: message.inputs,
		query: message.query,
		answer: message.answer,
		feedback: feedback ? { rating: feedback.rating } : null,
		retriever_resources: message.retrieverResources,
		created_at: seconds(message.createdAt),
		agent_thoughts: message.agentThoughts,
		message_files: message.files.map((file) => ({
			id: file.id,
			filename: file.filename,
			type: file.type,
			url: file.url,
			mime_type: file.mimeType,
			size: file.size,
			transfer_method: file.transferMethod,
			belongs_to: file.belongsTo,
			upload_file_id: file.uploadFileId,
		})),
		status: message.status,
		error: message.error,
		extra_contents: message.extraContents,
	};
}

/** The newest page, its items ascending; `first_id` pages backwards. */
function list(context: RequestContext): void {
	const { app, core } = context;
	const model = 'MessageListQuery';
	requireChatApp(app);
	const endUser = context.endUser('query');
	const conversationId = context.query('conversation_id');
	if (conversationId === undefined) {
		const text = pydanticMessage(model, 'conversation_id', 'Field required', 'missing', {});
		throw invalidParam(text);
	}
	const limit = context.integer(model, 'limit', 20, 1, 100);
	if (conversationId === '') {
		context.send(200, { limit, has_more: false, data: [] });
		return;
	}
	const conversation = core.state.conversationOf(app, endUser, conversationId);
	if (!conversation) throw notFound('Conversation Not Exists.');
	const firstId = context.query('first_id');
	const all = conversation.messageIds.flatMap((id) => core.state.messages.get(id) ?? []);
	const first = all.find(({ id }) => id === firstId);
	if (firstId && !first) throw notFound('First Message Not Exists.');
	// Strict: what shares the time of the first message is on no page.
	const older = first ? all.filter(({ createdAt }) => createdAt < first.createdAt) : all;
	// One more is read, to know whether there is more.
	const newest = pageByTime(older, ({ createdAt }) => -createdAt, { limit: limit + 1 });
	const page = newest.slice(0, limit).reverse();
	context.send(200, {
		limit,
		has_more: older.length > limit,
		data: page.map((message) => messageItem(context, message)),
	});
}

function requireMessage(
	context: RequestContext,
	user: ReturnType<RequestContext['endUser']>,
): Message {
	const found = context.core.state.messageOf(context.app, user, context.param('message_id'));
	if (!found) throw notFound('Message Not Exists.');
	return found;
}

function suggested(context: RequestContext): void {
	const { app, core } = context;
	const endUser = context.endUser('query', true);
	requireChatApp(app);
	requireMessage(context, endUser);
	const { enabled, questions, modelError } = app.suggestedAfterAnswer;
	if (!enabled) {
		if (core.traits.newest) {
			throw forbidden(
				'Suggested questions after answer is disabled.',
				'app_suggested_questions_after_answer_disabled',
			);
		}
		throw badRequest('Suggested Questions Is Disabled.');
	}
	if (modelError && !core.traits.newest) {
		throw new DifyError(500, 'internal_server_error', 'Internal server error.');
	}
	context.send(200, { result: 'success', data: modelError ? [] : questions });
}

function submitFeedback(context: RequestContext): void {
	const { app, core } = context;
	const endUser = context.endUser('json', true);
	const { rating, content } = context.json();
	if (rating !== null && rating !== undefined && rating !== 'like' && rating !== 'dislike') {
		const problem = "Input should be 'like' or 'dislike'";
		throw invalidParam(
			pydanticMessage('MessageFeedbackPayload', 'rating', problem, 'literal_error', rating),
		);
	}
	const message = requireMessage(context, endUser);
	const existing = core.state.feedbackOf(message.id);
	if (!rating) {
		if (!existing) throw invalidParam('rating cannot be None when feedback not exists');
		core.state.feedbacks.splice(core.state.feedbacks.indexOf(existing), 1);
	} else if (existing) {
		existing.rating = rating;
		existing.content = typeof content === 'string' ? content : null;
		existing.updatedAt = Date.now();
	} else {
		core.state.feedbacks.push({
			id: randomUUID(),
			appId: app.id,
			conversationId: message.conversationId,
			messageId: message.id,
			rating,
			content: typeof content === 'string' ? content : null,
			endUserId: endUser.id,
			accountId: null,
			createdAt: wholeSecond(Date.now()),
			updatedAt: wholeSecond(Date.now()),
		});
	}
	context.send(200, { result: 'success' });
}

/** Newest first, within a second by the id; ISO times, and nothing but `data`. */
function listFeedbacks(context: RequestContext): void {
	const { app, core } = context;
	const page = context.integer('FeedbackListQuery', 'page', 1, 1, Number.MAX_SAFE_INTEGER);
	const limit = context.integer('FeedbackListQuery', 'limit', 20, 1, 101);
	const mine = core.state.feedbacks
		.filter((feedback) => feedback.appId === app.id)
		.sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
	const iso = (time: number): string => isoTime(time, core.settings.isoZone);
	context.send(200, {
		data: mine.slice((page - 1) * limit, page * limit).map((feedback) => ({
			id: feedback.id,
			app_id: feedback.appId,
			conversation_id: feedback.conversationId,
			message_id: feedback.messageId,
			rating: feedback.rating,
			content: feedback.content,
			from_source: feedback.accountId ? 'admin' : 'user',
			from_end_user_id: feedback.endUserId,
			from_account_id: feedback.accountId,
			created_at: iso(feedback.createdAt),
			updated_at: iso(feedback.updatedAt),
		})),
	});
}

export function addMessageRoutes(router: Router): void {
	router
		.add({ method: 'GET', pattern: '/v1/messages', handler: list })
		.add({ method: 'GET', pattern: '/v1/messages/{message_id:uuid}/suggested', handler: suggested })
		.add({
			method: 'POST',
			pattern: '/v1/messages/{message_id:uuid}/feedbacks',
			handler: submitFeedback,
		})
		.add({ method: 'GET', pattern: '/v1/app/feedbacks', handler: listFeedbacks });
}
