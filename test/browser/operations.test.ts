import { demoCredentials } from '../demo/credentials';
import { startSimulators, type Simulators } from '../demo/simulators';
import { saveCredential, type SavedCredential } from '../support/n8n/credentials';
import { prepareKnown, type Known } from './support/known';
import { keepView, openSession, type Session } from './support/session';
import { stepsWorkflow, type OurNode } from './support/workflow';

interface Case {
	node: OurNode;
	resource: string;
	operation: string;
	/** What is typed into which field. */
	fill: (known: Known) => Record<string, string>;
	/** Fields of the output with what they show. */
	shows: (known: Known) => Record<string, unknown>;
}

const text = (pattern: RegExp) => expect.stringMatching(pattern) as unknown;

/** One operation of every resource. */
const cases: Case[] = [
	{
		node: 'dify',
		resource: 'annotation',
		operation: 'create',
		fill: () => ({ question: 'When are you open?', answer: 'From 9 to 5.' }),
		shows: () => ({ question: 'When are you open?', answer: 'From 9 to 5.', id: text(/-/) }),
	},
	{
		node: 'dify',
		resource: 'app',
		operation: 'getInfo',
		fill: () => ({}),
		shows: () => ({ name: 'Demo Chatflow', mode: 'advanced-chat' }),
	},
	{
		node: 'dify',
		resource: 'audio',
		operation: 'speechToText',
		fill: () => ({ binaryPropertyName: 'data' }),
		shows: () => ({ text: text(/\w/) }),
	},
	{
		node: 'dify',
		resource: 'chat',
		operation: 'send',
		fill: ({ user }) => ({ query: 'Where is my order?', user }),
		shows: () => ({ answer: 'Echo: Where is my order?', conversation_id: text(/-/) }),
	},
	{
		node: 'dify',
		resource: 'conversation',
		operation: 'getAll',
		fill: ({ user }) => ({ user }),
		shows: () => ({ id: text(/-/), name: text(/\w/) }),
	},
	{
		node: 'dify',
		resource: 'endUser',
		operation: 'get',
		fill: ({ endUserId }) => ({ endUserId }),
		shows: ({ endUserId, user }) => ({ id: endUserId, session_id: user }),
	},
	{
		node: 'dify',
		resource: 'feedback',
		operation: 'submit',
		fill: ({ messageId, user }) => ({ messageId, user }),
		shows: () => ({ result: 'success' }),
	},
	{
		node: 'dify',
		resource: 'file',
		operation: 'upload',
		fill: ({ user }) => ({ binaryPropertyName: 'data', user }),
		shows: () => ({ name: 'speech.mp3', id: text(/-/) }),
	},
	{
		node: 'dify',
		resource: 'humanInput',
		operation: 'getForm',
		fill: ({ formToken }) => ({ formToken }),
		shows: ({ formToken }) => ({ form_token: formToken, form_content: text(/\w/) }),
	},
	{
		node: 'dify',
		resource: 'workflowRun',
		operation: 'get',
		fill: ({ workflowRunId }) => ({ workflowRunId }),
		shows: ({ workflowRunId }) => ({ id: workflowRunId, status: 'paused' }),
	},
	{
		node: 'cybertron',
		resource: 'chatflow',
		operation: 'run',
		fill: () => ({ question: 'Hello' }),
		shows: () => ({ answer: 'You asked: Hello', dialog_id: text(/^\d{19}$/) }),
	},
	{
		node: 'cybertron',
		resource: 'dialog',
		operation: 'send',
		fill: () => ({ question: 'Write a poem' }),
		shows: () => ({ answer: 'You asked: Write a poem', segment_code: text(/\w/) }),
	},
	{
		node: 'cybertron',
		resource: 'offlineFile',
		operation: 'getStatus',
		fill: ({ fileId }) => ({ fileId }),
		shows: ({ fileId }) => ({ file_id: fileId, file_name: 'contract.pdf' }),
	},
	{
		node: 'cybertron',
		resource: 'session',
		operation: 'create',
		fill: () => ({}),
		shows: () => ({ segment_code: text(/\w/) }),
	},
];

const nameOf = ({ node, resource, operation }: Case) => `${node}.${resource}.${operation}`;

describe('the panel of a node', () => {
	let session: Session;
	let simulators: Simulators;
	let known: Known;

	beforeAll(async () => {
		simulators = await startSimulators();
		known = await prepareKnown(simulators);
		session = await openSession();
		const credentials: SavedCredential[] = [];
		for (const content of demoCredentials(simulators))
			credentials.push(await saveCredential(session.client, content));
		const steps = cases.map((one) => ({
			name: nameOf(one),
			node: one.node,
			parameters: { resource: one.resource, operation: one.operation },
			credential: credentials.find(({ type }) => type === `${one.node}Api`),
		}));
		await session.editor.openWorkflow(stepsWorkflow('Every resource', steps, 'speech.mp3'));
		await session.editor.fitCanvas();
	});
	afterEach(async () => {
		await keepView(session.editor, expect.getState().currentTestName ?? '');
		await session.editor.panel.close();
	});
	afterAll(async () => {
		await session.close();
		await simulators.close();
	});

	it.each(cases.map((one) => [nameOf(one), one] as const))(
		'lets %s be filled in and executed, and shows what comes out',
		async (name, one) => {
			const panel = await session.editor.openNode(name);
			for (const [field, value] of Object.entries(one.fill(known))) await panel.fill(field, value);
			await panel.execute();
			expect(await panel.outputFields()).toMatchObject(one.shows(known));
		},
	);
});
