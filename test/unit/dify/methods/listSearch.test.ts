import type { INodeListSearchResult, INodeParameters } from 'n8n-workflow';

import * as listSearch from '../../../../nodes/Dify/methods/listSearch';
import { startDifySimulator } from '../../../simulators/dify';
import type { DifySimulator } from '../../../simulators/dify';
import { editorContext } from '../../../support/dify/editor';
import { conforming, picked } from '../../../support/dify/run';

let simulator: DifySimulator;

beforeAll(async () => {
	simulator = await startDifySimulator();
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

const user = 'ann';
const namesOf = ({ results }: INodeListSearchResult) => results.map(({ name }) => name);

async function look(
	method: keyof typeof listSearch,
	parameters: INodeParameters,
	{ filter, token, apiKey }: { filter?: string; token?: unknown; apiKey?: string } = {},
): Promise<INodeListSearchResult> {
	const credential = { baseUrl: simulator.baseUrl, apiKey: apiKey ?? simulator.apiKey };
	const context = editorContext(credential, { resource: 'conversation', ...parameters });
	return await listSearch[method].call(context, filter, token as string | undefined);
}

/** Follows the pagination tokens to the end. */
async function lookToEnd(method: keyof typeof listSearch, parameters: INodeParameters) {
	const names: string[] = [];
	let token: unknown;
	do {
		const found = await look(method, parameters, { token });
		names.push(...namesOf(found));
		token = found.paginationToken;
	} while (token);
	return names;
}

describe('the picker of conversations', () => {
	const rename = { operation: 'rename', user };

	it('lists those of the user, the latest first, page by page', async () => {
		for (let i = 0; i < 120; i++) {
			simulator.seed.conversation({ user, name: `c${i}`, createdAt: 1000 * i });
		}
		simulator.seed.conversation({ user: 'bob', name: 'not this' });
		const first = await look('searchConversations', rename);
		expect(first.results).toHaveLength(100);
		expect(first.paginationToken).toBeTruthy();
		expect(await lookToEnd('searchConversations', rename)).toEqual(
			Array.from({ length: 120 }, (_, i) => `c${119 - i}`),
		);
		conforming(simulator);
	});

	it('finds by a part of the name, also on later pages', async () => {
		simulator.seed.conversation({ user, name: 'Lost Parcel', createdAt: 1 });
		for (let i = 0; i < 150; i++) simulator.seed.conversation({ user, name: `c${i}` });
		const found = await look('searchConversations', rename, { filter: 'parcel' });
		expect(namesOf(found)).toEqual(['Lost Parcel']);
		expect(found.paginationToken).toBeUndefined();
	});

	it('stops after some pages without a hit and can go on from there', async () => {
		for (let i = 0; i < 600; i++) {
			simulator.seed.conversation({ user, name: `c${i}`, createdAt: 1000 * i });
		}
		const found = await look('searchConversations', rename, { filter: 'nothing like it' });
		expect(found.results).toEqual([]);
		expect(simulator.requests).toHaveLength(5);
		const more = await look('searchConversations', rename, {
			filter: 'c99',
			token: found.paginationToken,
		});
		expect(namesOf(more)).toEqual(['c99']);
	});

	it.each(['', '={{ $json.user }}'])('asks for the user first when it is %j', async (given) => {
		const looking = look('searchConversations', { operation: 'rename', user: given });
		await expect(looking).rejects.toThrow('Fill in User first');
		expect(simulator.requests).toEqual([]);
	});

	it('says in words that the key is wrong, without the key', async () => {
		const looking = look('searchConversations', rename, { apiKey: 'app-wrong-secret' });
		const failure = await looking.catch((error) => error);
		expect(failure.message).toBe('Dify does not accept the API key');
		expect(JSON.stringify(failure)).not.toMatch(/app-wrong-secret/);
	});
});

describe('the picker of annotations', () => {
	const update = { resource: 'annotation', operation: 'update' };

	it('lists the questions, page by page', async () => {
		for (let i = 0; i < 200; i++) {
			simulator.seed.annotation({ question: `q${i}`, createdAt: 1000 * i });
		}
		expect(await lookToEnd('searchAnnotations', update)).toEqual(
			Array.from({ length: 200 }, (_, i) => `q${199 - i}`),
		);
		expect(conforming(simulator)).toHaveLength(2);
	});

	it('lets Dify search', async () => {
		const { id } = simulator.seed.annotation({ question: 'Opening hours?' });
		simulator.seed.annotation({ question: 'Prices?' });
		const found = await look('searchAnnotations', update, { filter: 'hours' });
		expect(found.results).toEqual([{ name: 'Opening hours?', value: id }]);
		expect(conforming(simulator)[0]?.query.keyword).toBe('hours');
	});
});

describe('the picker of variables', () => {
	it('lists those of the picked conversation with their types', async () => {
		const { id } = simulator.seed.conversation({ user });
		for (const conversationId of [id, picked(id), picked(id, 'id')]) {
			const found = await look('searchVariables', {
				operation: 'updateVariable',
				user,
				conversationId,
			});
			expect(namesOf(found)).toEqual([
				'last_query (string)',
				'turns (number)',
				'vip (boolean)',
				'tags (array[string])',
				'profile (object)',
			]);
		}
	});

	it('finds by a part of the name', async () => {
		const { id } = simulator.seed.conversation({ user });
		const found = await look(
			'searchVariables',
			{ operation: 'updateVariable', user, conversationId: picked(id) },
			{ filter: 'TUR' },
		);
		expect(namesOf(found)).toEqual(['turns (number)']);
	});

	it('asks for the conversation first', async () => {
		const looking = look('searchVariables', {
			operation: 'updateVariable',
			user,
			conversationId: picked(''),
		});
		await expect(looking).rejects.toThrow('Fill in Conversation first');
	});
});

it('names the app whose key is of another kind', async () => {
	const apiKey = 'app-completion-key';
	const looking = look('searchConversations', { operation: 'rename', user }, { apiKey });
	await expect(looking).rejects.toThrow(
		'This key belongs to "Demo Completion", a Completion app. Conversations exist in Chatflow, Agent and Chat apps only',
	);
});
