import type { DifyContext } from '../difySuite';
import { byId } from '../difyApp';
import { assert, assertSame, assertShape } from '../shapes';

/** Lists, names and deletes the conversations of the main app. */
export async function conversations({ session, main, answered }: DifyContext): Promise<void> {
	const { user } = main;
	const ids = () => {
		const { conversation_id: id } = answered.get().item;
		return { user, conversationId: byId(id) };
	};
	await session.check('Conversation > Get Many', async () => {
		const { item } = answered.get();
		const { json } = await main.run('conversation.getAll', { user, returnAll: true });
		for (const [at, conversation] of json.entries()) {
			const shape = { id: 'string', name: 'string', created_at: 'number' } as const;
			assertShape(conversation, { ...shape, updated_at: 'number' }, `item ${at}`);
		}
		const listed = json.map(({ id }) => id);
		assert(listed.includes(item.conversation_id), 'the conversation is not listed');
		assertSame(new Set(listed).size, listed.length, 'the number of different conversations');
		const limited = await main.run('conversation.getAll', { user, limit: 1 });
		assertSame(limited.json.length, 1, 'the number of items with Limit 1');
	});
	await session.check('Conversation > Get Messages', async () => {
		const { item, query } = answered.get();
		const { json } = await main.run('conversation.getMessages', { ...ids(), returnAll: true });
		const message = json.find(({ id }) => id === item.message_id);
		assert(message, 'the message is not listed');
		assertSame([message.query, message.answer], [query, item.answer], 'question and answer');
		const times = json.map(({ created_at: time }) => Number(time));
		assertSame(
			times,
			[...times].sort((a, b) => a - b),
			'the order of the times',
		);
	});
	await session.check('Conversation > Rename', async () => {
		const name = `Renamed by ${user}`;
		const item = await main.one('conversation.rename', { ...ids(), name });
		assertSame([item.id, item.name], [answered.get().item.conversation_id, name], 'ID and name');
	});
	await session.check('Conversation > Rename, Auto Generate', async () => {
		const options = { autoGenerate: true };
		const { name } = await main.one('conversation.rename', { ...ids(), options });
		assert(typeof name === 'string' && name !== '', 'no name');
	});
	await session.check('Conversation > Delete', async () => {
		const { conversation_id: id } = await main.ask('This conversation will be deleted.');
		const conversationId = byId(id);
		const item = await main.one('conversation.delete', { user, conversationId });
		assertSame(item, { deleted: true }, 'the item');
		const { json } = await main.run('conversation.getAll', { user, returnAll: true });
		assert(!json.some((conversation) => conversation.id === id), 'it is still listed');
	});
}
