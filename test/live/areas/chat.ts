import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { DifyApp } from '../difyApp';
import type { DifyContext } from '../difySuite';
import type { Fact } from '../session';
import { NotPossible } from '../session';
import { assert, assertSame, assertShape, DIFY_ANSWER, DIFY_NODE } from '../shapes';
import { stopsChat } from './stop';

/** The first answer, on which others build. */
export interface Answered {
	query: string;
	item: IDataObject;
}

type ChatContext = Omit<DifyContext, 'answered'>;

/** How long the node may take to say that a message was refused. */
const REFUSAL_MS = 15_000;
const UNKNOWN = '11111111-2222-4333-8444-555555555555';

export async function chat(context: ChatContext): Promise<Fact<Answered>> {
	const { session, main, settings } = context;
	const { query } = settings;
	const trigger = main.trigger({ event: 'conversationMessage', user: main.user });
	const activated = await session.check('Trigger: Conversation Message, activated', async () => {
		await trigger.activate();
	});
	const answered = await session.check('Chat > Send, Aggregated', async () => {
		const item = await main.ask(query);
		assertShape(item, DIFY_ANSWER);
		assertSame(item.status, 'succeeded', 'status');
		assert(item.answer !== '', 'the answer is empty');
		return { query, item };
	});
	await session.check('Trigger: Conversation Message, polled', async () => {
		activated.get();
		const { item } = answered.get();
		const { items, error } = await trigger.poll();
		if (error) throw error;
		const ids = (items ?? []).map(({ event_id: id }) => id);
		assertSame(ids, [item.message_id], 'the messages of the poll');
	});
	await session.check('Chat > Send, Per Node', async () => await perNode(main, query));
	await session.check('Chat > Send, Events', async () => await events(main, query));
	await session.check('Chat > Send, blocking', async () => {
		const item = await main.ask(query, { options: { responseMode: 'blocking' } });
		assertShape(item, { ...DIFY_ANSWER, workflow_run_id: 'any' });
		assert(item.answer !== '', 'the answer is empty');
	});
	await session.check('Chat > Send, in the same conversation', async () => {
		const { conversation_id: conversationId } = answered.get().item;
		const item = await main.ask(query, { conversationId: String(conversationId) });
		assertSame(item.conversation_id, conversationId, 'conversation_id');
	});
	await session.check('Chat > Send, live text', async () => await liveText(main, query));
	await session.check('Chat > Send, 4 items at once of a new user', async () => {
		await newUser(main, query);
	});
	await session.check('Chat > Send, unknown conversation: says so', async () => {
		await unknownConversation(context);
	});
	await session.check('Chat > Get Suggested Questions', async () => {
		if (!(await main.isOn('suggested_questions_after_answer'))) {
			throw new NotPossible('the feature is off in the app');
		}
		const messageId = String(answered.get().item.message_id);
		const item = await main.one('chat.getSuggested', { messageId, user: main.user });
		assertShape(item, { data: 'array', message_id: 'string' });
	});
	await session.check('Chat > Stop', async () => await stopsChat(main, settings.longQuery));
	return answered;
}

/** The text of a message as the server keeps it. */
async function kept(main: DifyApp, { conversation_id, message_id }: IDataObject) {
	const query = `conversation_id=${String(conversation_id)}&user=${main.user}`;
	const { data } = await main.json('GET', `/messages?${query}`);
	return (data as IDataObject[]).find(({ id }) => id === message_id)?.answer;
}

async function perNode(main: DifyApp, query: string): Promise<void> {
	const parameters = await main.message(query, { outputMode: 'perNode' });
	const { json } = await main.run('chat.send', parameters);
	assert(json.length > 1, `${json.length} items`);
	for (const [at, item] of json.entries()) assertShape(item, DIFY_NODE, `item ${at}`);
	const said = json.map(({ answer }) => answer).join('');
	assertSame(said, await kept(main, json[0] ?? {}), 'what the nodes said');
}

async function events(main: DifyApp, query: string): Promise<void> {
	const { json } = await main.run('chat.send', await main.message(query, { outputMode: 'events' }));
	for (const [at, item] of json.entries()) assertShape(item, { event: 'string' }, `event ${at}`);
	const named = (name: string) => json.filter(({ event }) => event === name);
	assert(named('workflow_started').length === 1, 'not one event workflow_started');
	assert(named('node_started').length > 0, 'no event node_started');
	// Since 1.13 the server closes the stream at the first of them.
	assert(
		named('workflow_finished').length + named('message_end').length > 0,
		'neither workflow_finished nor message_end',
	);
	const said = named('message')
		.map(({ answer }) => answer)
		.join('');
	assertSame(said, await kept(main, named('message')[0] ?? {}), 'what the events said');
}

async function liveText(main: DifyApp, query: string): Promise<void> {
	const parameters = await main.message(query);
	const { json, chunks } = await main.run('chat.send', parameters, { streaming: true });
	const shown = chunks
		.map(({ type, content }) => (type === 'item' ? (content ?? '') : ''))
		.join('');
	assertSame(shown, json[0]?.answer, 'the live text');
}

/** Dify makes a user several times if it meets it in parallel requests. */
async function newUser(main: DifyApp, query: string): Promise<void> {
	const user = `${main.user}-parallel`;
	const items: INodeExecutionData[] = [1, 2, 3, 4].map((number) => ({ json: { number } }));
	const options = { concurrency: 4 };
	const { json } = await main.run('chat.send', await main.message(query, { user, options }), {
		items,
	});
	const made = json.map(({ conversation_id: id }) => id);
	const listed = await main.run('conversation.getAll', { user, returnAll: true });
	const ids = new Set(listed.json.map(({ id }) => id));
	const lost = made.filter((id) => !ids.has(id));
	if (lost.length > 0)
		main.session.stays.push(`${lost.length} conversations that Dify does not list`);
	assert(lost.length === 0, `${lost.length} of ${made.length} conversations are not listed`);
}

/** Before 1.15 it is refused; since then Dify starts a new conversation, and the item says so. */
async function unknownConversation({ main, settings, server }: ChatContext): Promise<void> {
	const parameters = await main.message(settings.query, { conversationId: UNKNOWN });
	const limitMs = REFUSAL_MS;
	if (server.version !== undefined && server.mayBe('1.15')) {
		const item = await main.one('chat.send', parameters);
		assertSame(item.conversation_reset, true, 'conversation_reset');
		return;
	}
	const { message } = await main.error('chat.send', parameters, { limitMs });
	assert(/conversation/i.test(message), `the error does not name the conversation: ${message}`);
}
