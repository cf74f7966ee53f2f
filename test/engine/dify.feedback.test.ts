import { startDifySimulator } from '../simulators/dify';
import type { DifySimulator } from '../simulators/dify';
import { conforming, runDify } from '../support/dify/run';

let simulator: DifySimulator;

beforeAll(async () => {
	simulator = await startDifySimulator();
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

describe('feedback.submit', () => {
	const submit = async (rating: string, options = {}) => {
		const message =
			simulator.state.messages.values().next().value ?? simulator.seed.message({ user: 'ann' });
		return await runDify(simulator, 'feedback.submit', {
			messageId: message.id,
			user: 'ann',
			rating,
			options,
		});
	};

	it.each(['like', 'dislike'])('rates an answer with %s', async (rating) => {
		const { json } = await submit(rating, { content: 'Short and good' });
		expect(json).toEqual([{ result: 'success' }]);
		expect(simulator.state.feedbacks).toMatchObject([{ rating, content: 'Short and good' }]);
		expect(conforming(simulator)[0]?.body).toEqual({
			rating,
			user: 'ann',
			content: 'Short and good',
		});
	});

	it.each(['null', '={{ null }}'])('revokes a rating with %s', async (rating) => {
		await submit('like');
		const { json } = await submit(rating);
		expect(json).toEqual([{ result: 'success' }]);
		expect(simulator.state.feedbacks).toEqual([]);
		expect(conforming(simulator)[1]?.body).toEqual({ rating: null, user: 'ann' });
	});

	it('trap: revoking where nothing was rated is refused with the reason of Dify', async () => {
		const { error } = await submit('null');
		expect(error?.message).toMatch(/rating cannot be None when feedback not exists/);
		expect(error?.context.data).toMatchObject({ code: 'invalid_param', status: 400 });
	});

	it('trap: the content is replaced by every rating, also by none', async () => {
		await submit('like', { content: 'first' });
		await submit('dislike');
		expect(simulator.state.feedbacks).toMatchObject([{ rating: 'dislike', content: null }]);
	});

	it('trap: the message is found only under the user who got it', async () => {
		const { id } = simulator.seed.message({ user: 'ann' });
		const { error } = await runDify(simulator, 'feedback.submit', {
			messageId: id,
			user: 'bob',
			rating: 'like',
		});
		expect(error?.message).toBe('Dify does not know this message');
		expect(error?.description).toMatch(/User is the one who sent it/);
	});
});

describe('feedback.getAll', () => {
	const seedFeedbacks = (count: number) => {
		const message = simulator.seed.message();
		for (let i = 0; i < count; i++) {
			simulator.seed.feedback({ messageId: message.id, content: `f${i}`, createdAt: i * 1000 });
		}
	};

	it('trap: without has_more and total it reads on until a page that is not full', async () => {
		seedFeedbacks(201);
		const { json } = await runDify(simulator, 'feedback.getAll', { returnAll: true });
		expect(json.map(({ content }) => content)).toEqual(
			Array.from({ length: 201 }, (_, i) => `f${200 - i}`),
		);
		expect(conforming(simulator).map(({ query }) => query)).toEqual([
			{ limit: '100' },
			{ limit: '100', page: '2' },
			{ limit: '100', page: '3' },
		]);
	});

	it('gives 50 without any settings, in one request', async () => {
		seedFeedbacks(60);
		const { json } = await runDify(simulator, 'feedback.getAll');
		expect(json).toHaveLength(50);
		expect(conforming(simulator)).toHaveLength(1);
	});

	it('gives as many as the limit says, over several pages too', async () => {
		seedFeedbacks(150);
		const { json } = await runDify(simulator, 'feedback.getAll', { limit: 130 });
		expect(json).toHaveLength(130);
		expect(conforming(simulator)).toHaveLength(2);
	});

	it('trap: the times are ISO texts and stay as they are', async () => {
		seedFeedbacks(1);
		const { json } = await runDify(simulator, 'feedback.getAll');
		expect(json[0]?.created_at).toBe('1970-01-01T00:00:00.000000');
	});

	it('gives fewer fields on demand', async () => {
		seedFeedbacks(1);
		const { json } = await runDify(simulator, 'feedback.getAll', { options: { simplify: true } });
		expect(Object.keys(json[0] ?? {}).sort()).toEqual([
			'content',
			'conversation_id',
			'created_at',
			'id',
			'message_id',
			'rating',
		]);
	});

	it('gives no item when there is no feedback', async () => {
		expect((await runDify(simulator, 'feedback.getAll')).json).toEqual([]);
	});
});
