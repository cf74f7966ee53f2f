import type { IDataObject } from 'n8n-workflow';

import { startDifySimulator } from '../simulators/dify';
import type { DifySimulator } from '../simulators/dify';
import { conforming, picked, runDify } from '../support/dify/run';

let simulator: DifySimulator;

beforeAll(async () => {
	simulator = await startDifySimulator();
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

const user = 'ann';
const idsOf = (records: IDataObject[]) => records.map(({ id }) => id);

describe('conversation.getAll', () => {
	const seedConversations = (count: number) =>
		Array.from({ length: count }, (_, i) =>
			simulator.seed.conversation({ user, name: `c${i}`, createdAt: 1000 * (i + 1) }),
		);

	it('reads all pages with the cursor last_id, the latest first', async () => {
		const seeded = seedConversations(205);
		const { json } = await runDify(simulator, 'conversation.getAll', { user, returnAll: true });
		expect(idsOf(json)).toEqual(seeded.map(({ id }) => id).reverse());
		const requests = conforming(simulator);
		expect(requests.map(({ query }) => query)).toEqual([
			{ user, limit: '100' },
			// The cursor leaves out all of its own second, so it is the record of the second before.
			{ user, limit: '100', last_id: json[98]?.id },
			{ user, limit: '100', last_id: json[197]?.id },
		]);
	});

	it('gives 50 without any settings', async () => {
		seedConversations(55);
		expect((await runDify(simulator, 'conversation.getAll', { user })).json).toHaveLength(50);
		expect(conforming(simulator)).toHaveLength(1);
	});

	it.each(['created_at', '-created_at', 'updated_at', '-updated_at'])(
		'sorts by %s on demand',
		async (sortBy) => {
			const seeded = seedConversations(3).map(({ id }) => id);
			const { json } = await runDify(simulator, 'conversation.getAll', {
				user,
				options: { sortBy },
			});
			expect(idsOf(json)).toEqual(sortBy.startsWith('-') ? seeded.reverse() : seeded);
			expect(conforming(simulator)[0]?.query.sort_by).toBe(sortBy);
		},
	);

	it('trap: asks only for a named user, for without one Dify lists those of nobody', async () => {
		seedConversations(1);
		const { error } = await runDify(simulator, 'conversation.getAll', { user: '={{ "" }}' });
		expect(error?.message).toBe('User is empty');
		expect(simulator.requests).toEqual([]);
	});

	it('trap: conversations of the web app are not listed', async () => {
		simulator.seed.conversation({ user, fromApi: false });
		expect((await runDify(simulator, 'conversation.getAll', { user })).json).toEqual([]);
	});

	it('keeps the user name as it is, blanks and letters of all kinds', async () => {
		const odd = ' Ünïcode & co ';
		const { id } = simulator.seed.conversation({ user: odd });
		const { json } = await runDify(simulator, 'conversation.getAll', { user: odd });
		expect(idsOf(json)).toEqual([id]);
	});
});

describe('conversation.getMessages', () => {
	const seedMessages = (count: number) => {
		const { id: conversationId } = simulator.seed.conversation({ user });
		const messages = Array.from({ length: count }, (_, i) =>
			simulator.seed.message({ conversationId, user, answer: `a${i}`, createdAt: 1000 * i }),
		);
		return { conversationId, ids: messages.map(({ id }) => id) };
	};

	it('trap: pages backwards with the first ID of the page, and gives all in order of time', async () => {
		const { conversationId, ids } = seedMessages(230);
		const { json } = await runDify(simulator, 'conversation.getMessages', {
			user,
			conversationId: picked(conversationId),
			returnAll: true,
		});
		expect(idsOf(json)).toEqual(ids);
		expect(conforming(simulator).map(({ query }) => query.first_id)).toEqual([
			undefined,
			ids[131],
			ids[32],
		]);
	});

	it('gives the latest messages when there is a limit, the oldest of them first', async () => {
		const { conversationId, ids } = seedMessages(5);
		const { json } = await runDify(simulator, 'conversation.getMessages', {
			user,
			conversationId,
			limit: 2,
		});
		expect(idsOf(json)).toEqual(ids.slice(-2));
		expect(conforming(simulator)[0]?.query).toEqual({
			user,
			limit: '2',
			conversation_id: conversationId,
		});
	});

	it('gives fewer fields on demand', async () => {
		const { conversationId } = seedMessages(1);
		const { json } = await runDify(simulator, 'conversation.getMessages', {
			user,
			conversationId: picked(conversationId, 'id'),
			options: { simplify: true },
		});
		expect(json).toEqual([
			{
				id: expect.any(String),
				conversation_id: conversationId,
				query: 'Seeded question',
				answer: 'a0',
				status: 'normal',
				created_at: 0,
			},
		]);
	});

	it('trap: a message with an error text does not make Retry On Fail ask again', async () => {
		const { conversationId } = seedMessages(0);
		simulator.seed.message({ conversationId, user, status: 'error', error: 'model is down' });
		const { json } = await runDify(
			simulator,
			'conversation.getMessages',
			{ user, conversationId },
			{ retryOnFail: true, maxTries: 3 },
		);
		expect(json).toMatchObject([{ status: 'error', error: null, error_message: 'model is down' }]);
		expect(conforming(simulator)).toHaveLength(1);
	});

	it('says that the user may be another one when the conversation is not found', async () => {
		const { conversationId } = seedMessages(1);
		const { error } = await runDify(simulator, 'conversation.getMessages', {
			user: 'bob',
			conversationId,
		});
		expect(error?.message).toBe('Dify does not know this conversation');
		expect(error?.description).toMatch(/User is the one who started it/);
	});

	it('trap: does not ask with an empty ID, for which Dify gives an empty page', async () => {
		const { error } = await runDify(simulator, 'conversation.getMessages', {
			user,
			conversationId: '={{ undefined }}',
		});
		expect(error?.message).toBe('Conversation is empty');
		expect(simulator.requests).toEqual([]);
	});
});

describe('conversation.rename', () => {
	it('gives a conversation the name', async () => {
		const { id } = simulator.seed.conversation({ user });
		const { json } = await runDify(simulator, 'conversation.rename', {
			user,
			conversationId: picked(id),
			name: 'Order 4711',
		});
		expect(json).toMatchObject([{ id, name: 'Order 4711' }]);
		expect(conforming(simulator)).toMatchObject([
			{ method: 'POST', body: { name: 'Order 4711', auto_generate: false, user } },
		]);
	});

	it('lets Dify make the name on demand, without any name of the user', async () => {
		const { conversationId } = simulator.seed.message({ user, query: 'Where is my order?' });
		const { json } = await runDify(simulator, 'conversation.rename', {
			user,
			conversationId,
			options: { autoGenerate: true },
		});
		expect(json[0]?.name).toMatch(/Where is my order/);
		expect(conforming(simulator)[0]?.body).toEqual({ auto_generate: true, user });
	});

	it('trap: does not send a blank name, which Dify refuses', async () => {
		const { id } = simulator.seed.conversation({ user });
		const { error } = await runDify(simulator, 'conversation.rename', {
			user,
			conversationId: id,
			name: '  ',
		});
		expect(error?.message).toBe('Name is empty');
		expect(simulator.requests).toEqual([]);
	});

	it('trap: an empty conversation cannot name itself, and it is not asked twice', async () => {
		const { id } = simulator.seed.conversation({ user });
		const { error } = await runDify(simulator, 'conversation.rename', {
			user,
			conversationId: id,
			options: { autoGenerate: true },
		});
		expect(error?.context.data).toMatchObject({ code: 'internal_server_error' });
		expect(conforming(simulator)).toHaveLength(1);
	});
});

describe('conversation.delete', () => {
	it('trap: sends the user as a JSON body, which n8n would drop were it empty', async () => {
		const { id } = simulator.seed.conversation({ user });
		const { json } = await runDify(simulator, 'conversation.delete', {
			user,
			conversationId: picked(id),
		});
		expect(json).toEqual([{ deleted: true }]);
		expect(simulator.state.conversations.get(id)?.deleted).toBe(true);
		const [request] = conforming(simulator);
		expect(request).toMatchObject({ method: 'DELETE', body: { user }, status: 204 });
		expect(request?.headers['content-type']).toMatch(/^application\/json/);
	});

	it('tells when the conversation is not there', async () => {
		const { error } = await runDify(simulator, 'conversation.delete', {
			user,
			conversationId: '00000000-0000-4000-8000-000000000000',
		});
		expect(error?.httpCode).toBe('404');
	});
});

describe('conversation.getVariables', () => {
	const conversation = () => simulator.seed.conversation({ user }).id;
	const get = async (conversationId: string, more = {}) =>
		await runDify(simulator, 'conversation.getVariables', {
			user,
			conversationId: picked(conversationId),
			...more,
		});

	it('trap: Python texts come out as values, the texts stand beside them', async () => {
		const { json } = await get(conversation());
		expect(json.map(({ name, value, value_raw: raw }) => ({ name, value, raw }))).toEqual([
			{ name: 'last_query', value: '', raw: '' },
			{ name: 'turns', value: 0, raw: '0' },
			{ name: 'vip', value: true, raw: 'True' },
			{ name: 'tags', value: ['new', "it's"], raw: `['new', "it's"]` },
			{ name: 'profile', value: { plan: 'free', age: 7 }, raw: "{'plan': 'free', 'age': 7}" },
		]);
	});

	it('trap: asks for 100 at once, for page 2 skips variables made at the same moment', async () => {
		simulator.app().conversationVariables = Array.from({ length: 60 }, (_, i) => ({
			name: `v${i}`,
			value_type: 'number',
			value: i,
			description: '',
		}));
		const { json } = await get(conversation(), { returnAll: true });
		expect(json).toHaveLength(60);
		expect(conforming(simulator).map(({ query }) => query.limit)).toEqual(['100']);
	});

	it('gives as many as the limit says', async () => {
		expect((await get(conversation(), { limit: 2 })).json).toHaveLength(2);
	});

	it('reads on where the variables were made one after the other', async () => {
		simulator.app().conversationVariables = [];
		const conversationId = conversation();
		for (let i = 0; i < 120; i++) {
			simulator.seed.variable({
				conversationId,
				name: `v${i}`,
				valueType: 'number',
				value: i,
				createdAt: 1000 * i,
			});
		}
		const { json } = await get(conversationId, { returnAll: true });
		expect(json.map(({ value }) => value)).toEqual(Array.from({ length: 120 }, (_, i) => i));
		expect(conforming(simulator)).toHaveLength(2);
	});

	it('trap: the name filters by a part of it, in capitals or not', async () => {
		const { json } = await get(conversation(), { options: { variableName: 'TA' } });
		expect(json.map(({ name }) => name)).toEqual(['tags']);
		// Dify's own filter is a query that PostgreSQL does not know: HTTP 500.
		expect(conforming(simulator)[0]?.query).not.toHaveProperty('variable_name');
		const other = await get(conversation(), { options: { variableName: 'a b' } });
		expect(other.json).toEqual([]);
	});
});

describe('conversation.updateVariable', () => {
	const NAMES = ['last_query', 'turns', 'vip', 'tags', 'profile'];
	let conversationId: string;
	beforeEach(() => {
		conversationId = simulator.seed.conversation({ user }).id;
	});
	const stored = (name: string) => {
		const found = simulator.state.variables.find((variable) => variable.name === name);
		if (!found) throw new Error(`no variable ${name}`);
		return found;
	};
	const update = async (variableId: unknown, value: unknown, more = {}) =>
		await runDify(
			simulator,
			'conversation.updateVariable',
			{ user, conversationId: picked(conversationId), variableId, value, ...more } as never,
			{ items: [{ json: { five: 5, list: ['x'], yes: true } }] },
		);

	it('sets a variable by ID and gives its new value', async () => {
		const { id } = stored('last_query');
		const { json } = await update(picked(id), 'new text');
		expect(json).toMatchObject([{ id, name: 'last_query', value: 'new text' }]);
		const put = conforming(simulator).find(({ method }) => method === 'PUT');
		expect(put).toMatchObject({
			path: `/v1/conversations/${conversationId}/variables/${id}`,
			body: { value: 'new text', user },
		});
	});

	it.each([
		['turns', '42', 42],
		['turns', ' -1.5 ', -1.5],
		['vip', 'false', false],
		['tags', '["a", "b"]', ['a', 'b']],
		['profile', '{"plan": "pro"}', { plan: 'pro' }],
		['last_query', '42', '42'],
		['last_query', '', ''],
	])(
		'trap: turns the text for %s into the type that Dify checks: %j',
		async (name, text, value) => {
			const { error } = await update(picked(stored(name).id), text);
			expect(error).toBeUndefined();
			expect(stored(name).value).toEqual(value);
			conforming(simulator);
		},
	);

	it.each([
		['turns', '={{ $json.five }}', 5],
		['tags', '={{ $json.list }}', ['x']],
		['vip', '={{ $json.yes }}', true],
	])(
		'sends the value of an expression for %s as it is, without looking it up',
		async (name, value, sent) => {
			await update(picked(stored(name).id), value);
			expect(stored(name).value).toEqual(sent);
			expect(conforming(simulator)).toHaveLength(1);
		},
	);

	it.each(NAMES)('finds %s by its name', async (name) => {
		const { value } = stored(name);
		const { error } = await update(picked(name, 'name'), JSON.stringify(value));
		expect(error).toBeUndefined();
		const [lookUp, put] = conforming(simulator);
		expect(lookUp?.query).toEqual({ user, limit: '100' });
		expect(put?.path.endsWith(stored(name).id)).toBe(true);
	});

	it('takes a plain text from an expression for an ID or a name', async () => {
		await update(stored('turns').id, '1');
		expect(stored('turns').value).toBe(1);
		await update('={{ "turns" }}', '2');
		expect(stored('turns').value).toBe(2);
	});

	it('trap: takes the variable whose name is meant, not one that contains it', async () => {
		simulator.seed.variable({
			conversationId,
			name: 'turns_total',
			valueType: 'number',
			value: 0,
			createdAt: 1,
		});
		await update(picked('turns', 'name'), '9');
		expect(stored('turns').value).toBe(9);
		expect(stored('turns_total').value).toBe(0);
	});

	it('names similar variables when the name is wrong', async () => {
		const { error } = await update(picked('turn', 'name'), '1');
		expect(error?.message).toBe('The conversation has no variable named "turn"');
		expect(error?.description).toMatch(/turns/);
		expect(conforming(simulator).map(({ method }) => method)).toEqual(['GET']);
	});

	it('searches without a filter for a name that Dify cannot filter by', async () => {
		const { error } = await update(picked('größe', 'name'), '1');
		expect(error?.message).toMatch(/größe/);
		expect(conforming(simulator)[0]?.query).toEqual({ user, limit: '100' });
	});

	it('says what a value must look like when it does not fit', async () => {
		const { error } = await update(picked(stored('turns').id), 'many');
		expect(error?.message).toBe(
			'The value does not fit the variable "turns", which is of type number',
		);
		expect(conforming(simulator).map(({ method }) => method)).toEqual(['GET']);
	});

	it("trap: Dify's own words reach the user when a value of an expression has another type", async () => {
		const { error } = await update(picked(stored('turns').id), '={{ $json.list }}');
		expect(error?.message).toMatch(/Type mismatch: variable 'turns' expects number/);
		expect(error?.context.data).toMatchObject({ code: 'bad_request', status: 400 });
	});

	it('lets Dify say that it does not know an ID', async () => {
		const { error } = await update(picked('00000000-0000-4000-8000-000000000000', 'id'), 'x');
		expect(error?.message).toMatch(/Conversation Variable Not Exists/);
	});
});
