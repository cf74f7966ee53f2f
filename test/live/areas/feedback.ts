import type { DifyContext } from '../difySuite';
import { assert, assertSame, assertShape } from '../shapes';

/** Rates the first answer, and revokes the rating. */
export async function feedback({ session, main, answered }: DifyContext): Promise<void> {
	const { user } = main;
	const rate = async (rating: string, content?: string) => {
		const messageId = String(answered.get().item.message_id);
		const options = content === undefined ? {} : { content };
		return await main.one('feedback.submit', { messageId, user, rating, options });
	};
	const find = async () => {
		const { json } = await main.run('feedback.getAll', { returnAll: true });
		return json.find(({ message_id: id }) => id === answered.get().item.message_id);
	};
	const trigger = main.trigger({ event: 'feedback' });
	const activated = await session.check('Trigger: Feedback, activated', async () => {
		await trigger.activate();
	});
	const content = `Rated by ${user}: größe`;
	const submitted = await session.check('Feedback > Submit', async () => {
		assertSame(await rate('like', content), { result: 'success' }, 'the item');
	});
	await session.check('Trigger: Feedback, polled', async () => {
		activated.get();
		submitted.get();
		const { items, error } = await trigger.poll();
		if (error) throw error;
		const [item] = (items ?? []).filter((found) => found.content === content);
		assert(item, `the rating is not among ${items?.length ?? 0} items`);
		assertShape(item, { event_id: 'string', change: 'string', rating: 'string' });
	});
	await session.check('Feedback > Get Many', async () => {
		submitted.get();
		const found = await find();
		assert(found, 'the rating is not listed');
		assertSame([found.rating, found.content], ['like', content], 'rating and content');
	});
	await session.check('Feedback > Submit, revoked', async () => {
		submitted.get();
		assertSame(await rate('null'), { result: 'success' }, 'the item');
		assert(!(await find())?.rating, 'the rating is still listed');
	});
}
