import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { DifyApp } from '../difyApp';
import type { DifyContext } from '../difySuite';
import { inputsFor } from '../samples';
import { assert, assertSame, assertShape } from '../shapes';
import { stopsCompletion } from './stop';

const COMPLETION = {
	task_id: 'string',
	message_id: 'string',
	mode: 'string',
	answer: 'string',
	metadata: 'object',
	created_at: 'number',
	status: 'string',
	files: 'array',
} as const;

/** Apps without a workflow: Completion, Chat and Agent. */
export async function otherApps(context: DifyContext): Promise<void> {
	await completions(context);
	await chats(context);
	await agents(context);
}

async function completions({ session, server, settings, main }: DifyContext): Promise<void> {
	const { completionKey, query } = settings;
	const operations = ['Completion > Generate', 'Completion > Stop'];
	if (!completionKey) {
		session.notPossible('set DIFY_COMPLETION_API_KEY to a Completion app', ...operations);
		return;
	}
	const app = new DifyApp(session, server, completionKey);
	const answered = await session.check('Completion > Generate', async () => {
		const item = await app.one('completion.generate', await completion(app, query));
		assertShape(item, COMPLETION);
		assertSame([item.mode, item.status], ['completion', 'succeeded'], 'mode and status');
		assert(item.answer !== '', 'the answer is empty');
		return item;
	});
	await session.check('Completion > Generate, blocking', async () => {
		const options = { responseMode: 'blocking' };
		assertShape(
			await app.one('completion.generate', await completion(app, query, options)),
			COMPLETION,
		);
	});
	await session.check('Completion > Generate, a missing input is named', async () => {
		const form = await inputsFor((await app.parameters()).user_input_form, { required: true });
		if (Object.keys(form).length === 0) return;
		const { message } = await app.error('completion.generate', { user: app.user, inputs: '{}' });
		assert(/is missing$/.test(message), `the error is: ${message}`);
	});
	await session.check('Completion > Generate, rated', async () => {
		const messageId = String(answered.get().message_id);
		const rating = { messageId, user: app.user };
		const item = await app.one('feedback.submit', { ...rating, rating: 'like' });
		assertSame(item.result, 'success', 'result');
		await app.one('feedback.submit', { ...rating, rating: 'null' });
	});
	await session.check('Completion > Stop', async () => {
		const { inputs } = await completion(app, settings.longQuery);
		await stopsCompletion(app, JSON.parse(String(inputs)) as object, settings.longQuery);
	});
	await session.check('Completion > Generate, with the key of a Chatflow: says so', async () => {
		const { message } = await main.error('completion.generate', { user: main.user });
		assert(message.includes('a Chatflow app.'), `the error is: ${message}`);
	});
	await session.check(
		'Conversation > Get Many, with that of a Completion app: says so',
		async () => {
			const { message } = await app.error('conversation.getAll', { user: app.user });
			assert(message.includes('a Completion app.'), `the error is: ${message}`);
		},
	);
}

/** What Generate takes: the text in every text variable, as it may be the one that counts. */
async function completion(app: DifyApp, query: string, options: INodeParameters = {}) {
	const form = (await app.parameters()).user_input_form;
	const values = Object.entries(await inputsFor(form, { required: true }));
	const texts = values.map(([name, value]) => [name, typeof value === 'string' ? query : value]);
	const inputs = texts.length === 0 ? { query } : Object.fromEntries(texts);
	return { user: app.user, inputs: JSON.stringify(inputs), options: { query, ...options } };
}

async function chats({ session, server, settings }: DifyContext): Promise<void> {
	const { chatKey, query } = settings;
	if (!chatKey) {
		session.notPossible('set DIFY_CHAT_API_KEY to a Chat app', 'Chat > Send, to a Chat app');
		return;
	}
	const app = new DifyApp(session, server, chatKey);
	const answered = await session.check('Chat > Send, to a Chat app', async () => {
		const item = await app.ask(query);
		assertSame([item.mode, item.status, item.nodes], ['chat', 'succeeded', []], 'the answer');
		assert(item.answer !== '', 'the answer is empty');
		return item;
	});
	await session.check('Chat > Send, to a Chat app, in the same conversation', async () => {
		const conversationId = String(answered.get().conversation_id);
		const item = await app.ask(query, { conversationId });
		assertSame(item.conversation_id, conversationId, 'conversation_id');
	});
	await session.check('Chat > Send, to a Chat app, blocking', async () => {
		const item = await app.ask(query, { options: { responseMode: 'blocking' } });
		assertSame(item.mode, 'chat', 'mode');
	});
}

async function agents({ session, server, settings }: DifyContext): Promise<void> {
	const { agentKey, agentQuery } = settings;
	if (!agentKey) {
		session.notPossible('set DIFY_AGENT_API_KEY to an Agent app', 'Chat > Send, to an Agent app');
		return;
	}
	const app = new DifyApp(session, server, agentKey);
	await session.check('Chat > Send, to an Agent app', async () => {
		const item = await app.ask(agentQuery);
		assert(['agent-chat', 'agent'].includes(String(item.mode)), `the mode is ${String(item.mode)}`);
		assert(item.answer !== '', 'the answer is empty');
		const thoughts = (item.agent_thoughts ?? []) as IDataObject[];
		for (const thought of thoughts)
			assertShape(thought, { id: 'string', tool: 'any' }, 'a thought');
		const ids = new Set(thoughts.map(({ id }) => id));
		assertSame(ids.size, thoughts.length, 'the number of different thoughts');
	});
	await session.check('Chat > Send, to an Agent app, blocking: says so', async () => {
		const parameters = await app.message(agentQuery, { options: { responseMode: 'blocking' } });
		const { message } = await app.error('chat.send', parameters);
		assertSame(message, 'Agent apps do not know blocking mode', 'the error');
	});
}
