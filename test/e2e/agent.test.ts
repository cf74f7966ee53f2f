import type { INodeParameters } from 'n8n-workflow';
import type { N8nClient } from '../support/n8n/client';
import { saveCredential, type SavedCredential } from '../support/n8n/credentials';
import { jsonOf, waitForExecution } from '../support/n8n/executions';
import { runWorkflow, saveWorkflow } from '../support/n8n/workflows';
import { agentWorkflow, type Tool } from './support/agentWorkflow';
import { startFakeModel, toolTexts, type FakeModel } from '../support/fakeModel';
import { startDifySimulator } from '../simulators/dify/index';
import { openN8n } from './support/n8n';
import { services, type Service } from './support/services';

const QUESTION = 'Where is order 4711?';

const fromAI = (name: string) => `={{ $fromAI('question', 'What to ask ${name}', 'string') }}`;
const parametersOf: Record<Service['name'], INodeParameters> = {
	dify: {
		resource: 'chat',
		operation: 'send',
		query: fromAI('Dify'),
		user: 'agent',
		options: {},
	},
	cybertron: {
		resource: 'chatflow',
		operation: 'run',
		question: fromAI('Cybertron'),
		options: {},
	},
};

describe('an AI agent', () => {
	let client: N8nClient;
	let model: FakeModel;
	let modelCredential: SavedCredential;
	let running: Service[];

	beforeAll(async () => {
		client = await openN8n();
		model = await startFakeModel({ question: QUESTION });
		const data = { apiKey: 'none', url: model.baseUrl };
		const content = { name: 'Fake model', type: 'openAiApi', data };
		modelCredential = await saveCredential(client, content);
		running = [await services.dify(), await services.cybertron()];
	});
	afterAll(async () => {
		await Promise.all([model.close(), ...running.map(async (service) => await service.close())]);
	});

	const ask = async (tools: Tool[]) => {
		model.requests.length = 0;
		const workflow = await saveWorkflow(client, agentWorkflow(modelCredential, tools, QUESTION));
		const execution = await waitForExecution(client, await runWorkflow(client, workflow, 'Start'));
		const said = toolTexts(model.requests.at(-1) ?? { messages: [] });
		const offered = model.requests[0]?.tools?.map(({ function: tool }) => tool) ?? [];
		return {
			execution,
			said: said.map((text) => JSON.parse(text) as unknown),
			tools: Object.fromEntries(offered.map(({ name, description }) => [name, description])),
		};
	};

	const askWith = async (names: Array<Service['name']>) => {
		const tools: Tool[] = [];
		for (const service of running.filter(({ name }) => names.includes(name))) {
			const credential = await saveCredential(client, service.credential);
			tools.push({ node: service.name, parameters: parametersOf[service.name], credential });
		}
		return await ask(tools);
	};

	it('is told what each tool does and what it may fill in', async () => {
		const { tools } = await askWith(['dify', 'cybertron']);
		expect(tools).toEqual({
			Ask_Dify: 'Send chat message in Dify',
			Ask_Cybertron: 'Run chatflow in Cybertron',
		});
		const offered = JSON.stringify(model.requests[0]?.tools);
		expect(offered).toContain('What to ask Dify');
		expect(offered).toContain('What to ask Cybertron');
	});

	it('gets the answer of Dify and the conversation, not the trace of the run', async () => {
		const { execution, said } = await askWith(['dify']);
		expect(said).toEqual([
			[
				{
					answer: `Echo: ${QUESTION}`,
					status: 'succeeded',
					conversation_id: expect.any(String) as string,
				},
			],
		]);
		expect(JSON.stringify(jsonOf(execution, 'Agent'))).toContain('Echo: ');
	});

	it('gets the answer of Cybertron and the session, not the trace of the run', async () => {
		const { said } = await askWith(['cybertron']);
		expect(said).toEqual([
			[
				{
					answer: `You asked: ${QUESTION}`,
					segment_code: expect.any(String) as string,
					dialog_id: expect.any(String) as string,
					waiting_input: false,
					flow_ended: false,
				},
			],
		]);
	});

	/** What the agent is told of a knowledge base with these texts. */
	const searchIn = async (...texts: string[]) => {
		const dify = await startDifySimulator({ version: '1.16' });
		const { id } = dify.seed.knowledgeBase({ name: 'Orders' });
		for (const text of texts) dify.seed.document({ datasetId: id, name: 'orders.txt', text });
		const data = { baseUrl: dify.baseUrl, apiKey: dify.knowledgeApiKey };
		const content = { name: 'Dify knowledge', type: 'difyKnowledgeApi', data };
		const parameters = {
			resource: 'knowledgeBase',
			operation: 'retrieve',
			datasetId: { __rl: true, mode: 'id', value: id },
			query: fromAI('the knowledge base'),
			options: {},
		};
		const credential = await saveCredential(client, content);
		const result = await ask([{ node: 'dify', parameters, credential }]);
		await dify.close();
		return result;
	};

	it('gets from a knowledge base what was found, and no more than that', async () => {
		const { tools, said } = await searchIn('Order 4711 is in Oslo.');
		expect(tools).toMatchObject({ Ask_Dify: 'Retrieve from knowledge base in Dify' });
		expect(said).toEqual([
			[
				{
					content: 'Order 4711 is in Oslo.',
					document_name: 'orders.txt',
					score: expect.any(Number) as number,
				},
			],
		]);
	});

	it('is told when nothing was found in a knowledge base', async () => {
		const { execution, said } = await searchIn();
		expect(execution.status).toBe('success');
		expect(said).toEqual([[{ message: 'Nothing in the knowledge base fits this query' }]]);
	});

	it('runs a Workflow app, fills its inputs and gets its outputs', async () => {
		const [dify] = running;
		if (!dify) throw new Error('There is no Dify');
		const { credential: content } = dify;
		const credential = await saveCredential(client, {
			...content,
			name: 'Dify Workflow (simulator)',
			data: { ...content.data, apiKey: 'app-workflow-key' },
		});
		const parameters = {
			resource: 'workflow',
			operation: 'run',
			user: 'agent',
			inputs: "={{ { query: $fromAI('question', 'What to look up', 'string') } }}",
			options: {},
		};
		const { said, tools } = await ask([{ node: 'dify', parameters, credential }]);
		const text = `Echo: ${QUESTION}`;
		expect(said).toEqual([[{ status: 'succeeded', outputs: { text }, text }]]);
		expect(tools).toEqual({ Ask_Dify: 'Run workflow in Dify' });
		expect(JSON.stringify(model.requests[0]?.tools)).toContain('What to look up');
	});
});
