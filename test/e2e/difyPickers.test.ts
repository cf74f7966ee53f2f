import type { INodeParameters } from 'n8n-workflow';

import { startDifySimulator } from '../simulators/dify';
import type { DifySimulator } from '../simulators/dify';
import type { N8nClient } from '../support/n8n/client';
import { saveCredential } from '../support/n8n/credentials';
import type { SavedCredential } from '../support/n8n/credentials';
import { openN8n } from './support/n8n';

let client: N8nClient;
let simulator: DifySimulator;
let credential: SavedCredential;

beforeAll(async () => {
	client = await openN8n();
	simulator = await startDifySimulator();
	credential = await saveCredential(client, {
		name: 'Dify (pickers)',
		type: 'difyApi',
		data: { baseUrl: simulator.baseUrl, apiKey: simulator.apiKey },
	});
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

/** What the editor asks n8n for when a list is opened. */
async function ask<T>(kind: string, parameters: INodeParameters, more: object): Promise<T> {
	return await client.call('POST', `/rest/dynamic-node-parameters/${kind}`, {
		path: 'parameters.conversationId',
		nodeTypeAndVersion: { name: 'n8n-nodes-chatflow.dify', version: 1 },
		currentNodeParameters: parameters,
		credentials: { difyApi: { id: credential.id, name: credential.name } },
		...more,
	});
}

interface Found {
	results: Array<{ name: string; value: string }>;
	paginationToken?: string;
}

it('the list of conversations opens in the editor, page by page', async () => {
	for (let i = 0; i < 130; i++) {
		simulator.seed.conversation({ user: 'ann', name: `c${i}`, createdAt: 1000 * i });
	}
	const parameters = { resource: 'conversation', operation: 'rename', user: 'ann' };
	const methodName = 'searchConversations';
	const first = await ask<Found>('resource-locator-results', parameters, { methodName });
	const { paginationToken } = first;
	const second = await ask<Found>('resource-locator-results', parameters, {
		methodName,
		paginationToken,
	});
	const names = [...first.results, ...second.results].map(({ name }) => name);
	expect(names).toEqual(Array.from({ length: 130 }, (_, i) => `c${129 - i}`));
	expect(second.paginationToken).toBeUndefined();
});

it('the list of variables opens for the picked conversation', async () => {
	const { id } = simulator.seed.conversation({ user: 'ann' });
	const parameters = {
		resource: 'conversation',
		operation: 'updateVariable',
		user: 'ann',
		conversationId: { __rl: true, mode: 'list', value: id },
	} as unknown as INodeParameters;
	const found = await ask<Found>('resource-locator-results', parameters, {
		methodName: 'searchVariables',
		filter: 'vip',
	});
	expect(found.results.map(({ name }) => name)).toEqual(['vip (boolean)']);
});

it('the editor says what is missing when the user is not filled in', async () => {
	const parameters = { resource: 'conversation', operation: 'rename', user: '' };
	const asking = ask('resource-locator-results', parameters, { methodName: 'searchConversations' });
	await expect(asking).rejects.toThrow(/Fill in User first/);
});

it('the form of the app opens in the editor', async () => {
	const parameters = { resource: 'chat', operation: 'send', inputsMode: 'form' };
	const { fields } = await ask<{ fields: Array<{ id: string; type: string }> }>(
		'resource-mapper-fields',
		parameters,
		{ methodName: 'getInputFields', path: 'parameters.inputsForm' },
	);
	expect(fields.map(({ id }) => id)).toEqual(
		expect.arrayContaining(['city', 'tone', 'document', 'attachments']),
	);
});

describe('the lists of knowledge', () => {
	let knowledgeCredential: SavedCredential;

	beforeAll(async () => {
		knowledgeCredential = await saveCredential(client, {
			name: 'Dify Knowledge (pickers)',
			type: 'difyKnowledgeApi',
			data: { baseUrl: simulator.baseUrl, apiKey: simulator.knowledgeApiKey },
		});
	});

	const open = async (parameters: INodeParameters, methodName: string, path: string) => {
		const { id, name } = knowledgeCredential;
		const credentials = { difyKnowledgeApi: { id, name } };
		const more = { methodName, path: `parameters.${path}`, credentials };
		const { results } = await ask<Found>('resource-locator-results', parameters, more);
		return results;
	};

	it('open one after the other, each for what was picked before', async () => {
		const { id } = simulator.seed.knowledgeBase({ name: 'Handbook' });
		const document = simulator.seed.document({ datasetId: id, name: 'leave.md', text: '30 days.' });
		const picked = (value: string) => ({ __rl: true, mode: 'list', value });
		const parameters: INodeParameters = { resource: 'chunk', operation: 'get' };
		const bases = await open(parameters, 'searchDatasets', 'datasetId');
		expect(bases).toEqual([{ name: 'Handbook', value: id }]);
		parameters.datasetId = picked(id) as unknown as INodeParameters;
		const documents = await open(parameters, 'searchDocuments', 'documentId');
		expect(documents).toEqual([{ name: 'leave.md', value: document.id }]);
		parameters.documentId = picked(document.id) as unknown as INodeParameters;
		const chunks = await open(parameters, 'searchChunks', 'chunkId');
		expect(chunks).toEqual([{ name: '30 days.', value: document.segments[0]?.id }]);
	});

	it('open among the options, too', async () => {
		const parameters = { resource: 'knowledgeBase', operation: 'retrieve', options: {} };
		const models = await open(parameters, 'searchRerankModels', 'options.rerankModel');
		expect(models).toEqual([
			{
				name: 'rerank-v3.5 (langgenius/cohere/cohere)',
				value: 'langgenius/cohere/cohere|rerank-v3.5',
			},
		]);
	});
});
