import type { INodeParameters } from 'n8n-workflow';

import { startDifySimulator } from '../simulators/dify';
import type { DifySimulator } from '../simulators/dify';
import {
	callOf,
	CALLS,
	COMPLETION_CALLS,
	deviations,
	WORKFLOW_CALLS,
} from '../support/dify/conformity';
import type { SentRequest } from '../support/dify/conformity';
import { picked, runDify } from '../support/dify/run';
import { storeBinary } from '../support/engine';

let simulator: DifySimulator;

beforeAll(async () => {
	simulator = await startDifySimulator();
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

const user = 'ann';
const UUID = '0b3d5c52-3f0e-4a3b-9c40-2f6f6f0f9a10';

/** Every operation of the specification with every parameter that it has. */
const OPERATIONS: Array<[`${string}.${string}`, string, INodeParameters]> = [
	[
		'chat.send',
		'POST /chat-messages',
		{
			query: 'Hello',
			user,
			conversationId: '',
			inputs: '{"city": "Oslo"}',
			options: { responseMode: 'blocking', autoGenerateName: false },
		},
	],
	['chat.stop', 'POST /chat-messages/{task_id}/stop', { taskId: UUID, user }],
	['chat.getSuggested', 'GET /messages/{message_id}/suggested', { messageId: UUID, user }],
	['file.upload', 'POST /files/upload', { user }],
	[
		'file.download',
		'GET /files/{file_id}/preview',
		{ fileId: UUID, options: { asAttachment: true, user } },
	],
	['endUser.get', 'GET /end-users/{end_user_id}', { endUserId: UUID }],
	[
		'feedback.submit',
		'POST /messages/{message_id}/feedbacks',
		{ messageId: UUID, user, rating: 'dislike', options: { content: 'Too long' } },
	],
	['feedback.getAll', 'GET /app/feedbacks', { limit: 101 }],
	[
		'conversation.getAll',
		'GET /conversations',
		{ user, limit: 1000, options: { sortBy: 'created_at' } },
	],
	[
		'conversation.getMessages',
		'GET /messages',
		{ user, conversationId: picked(UUID), limit: 1000 },
	],
	[
		'conversation.getVariables',
		'GET /conversations/{conversation_id}/variables',
		{ user, conversationId: picked(UUID), limit: 1000, options: { variableName: 'vip' } },
	],
	[
		'conversation.rename',
		'POST /conversations/{conversation_id}/name',
		{ user, conversationId: picked(UUID), name: 'New', options: { autoGenerate: false } },
	],
	[
		'conversation.updateVariable',
		'PUT /conversations/{conversation_id}/variables/{variable_id}',
		{ user, conversationId: picked(UUID), variableId: picked(UUID), value: '={{ 5 }}' },
	],
	[
		'conversation.delete',
		'DELETE /conversations/{conversation_id}',
		{ user, conversationId: picked(UUID) },
	],
	['audio.speechToText', 'POST /audio-to-text', { options: { user } }],
	[
		'audio.textToSpeech',
		'POST /text-to-audio',
		{ text: 'Hello', options: { messageId: UUID, user, voice: 'alloy', streaming: true } },
	],
	['app.getInfo', 'GET /info', {}],
	['app.getParameters', 'GET /parameters', {}],
	['app.getMeta', 'GET /meta', {}],
	['app.getSite', 'GET /site', {}],
	['annotation.create', 'POST /apps/annotations', { question: 'q', answer: 'a' }],
	['annotation.getAll', 'GET /apps/annotations', { limit: 1000, options: { keyword: 'q' } }],
	[
		'annotation.update',
		'PUT /apps/annotations/{annotation_id}',
		{ annotationId: picked(UUID), question: 'q', answer: 'a' },
	],
	['annotation.delete', 'DELETE /apps/annotations/{annotation_id}', { annotationId: picked(UUID) }],
	[
		'annotation.configureReply',
		'POST /apps/annotation-reply/{action}',
		{
			action: 'enable',
			scoreThreshold: 1,
			embeddingProviderName: 'openai',
			embeddingModelName: 'text-embedding-3-small',
		},
	],
	[
		'annotation.getReplyStatus',
		'GET /apps/annotation-reply/{action}/status/{job_id}',
		{ action: 'enable', jobId: UUID },
	],
	['workflowRun.get', 'GET /workflows/run/{workflow_run_id}', { workflowRunId: UUID }],
	[
		'workflowRun.getLogs',
		'GET /workflows/logs',
		{
			limit: 1000,
			options: {
				keyword: 'order',
				status: 'stopped',
				createdAtBefore: '2025-02-01T00:00:00',
				createdAtAfter: '2025-01-01',
				createdByEndUserSessionId: user,
				createdByAccount: 'owner@chatflow.example',
			},
		},
	],
];

/** The same for Workflow apps; the call is the last one that the operation makes. */
const WORKFLOW_OPERATIONS: Array<[`${string}.${string}`, string, INodeParameters]> = [
	[
		'workflow.run',
		'POST /workflows/run',
		{
			user,
			inputs: '{"city": "Oslo"}',
			files: { file: [{ source: 'url', url: 'https://example.com/a.png' }] },
			options: { responseMode: 'blocking' },
		},
	],
	[
		'workflow.run',
		'POST /workflows/{workflow_id}/run',
		{ user, inputs: '{}', options: { workflowId: UUID } },
	],
	['workflow.stop', 'POST /workflows/tasks/{task_id}/stop', { taskId: UUID, user }],
	['humanInput.resume', 'GET /workflow/{workflow_run_id}/events', { workflowRunId: UUID, user }],
];

it('the node has an operation for each call of the tag Workflow Runs', () => {
	expect(WORKFLOW_OPERATIONS.map(([, call]) => call).sort()).toEqual([...WORKFLOW_CALLS].sort());
});

it.each(WORKFLOW_OPERATIONS)(
	'%s makes the call %s of a Workflow app as the specification says',
	async (operation, call, parameters) => {
		simulator.setVersion('1.14');
		await runDify(simulator, operation, parameters, { apiKey: 'app-workflow-key' });
		expect(simulator.requests.map(callOf).at(-1)).toBe(call);
		expect(simulator.requests.flatMap(deviations)).toEqual([]);
	},
);

/** The same for Completion apps. */
const COMPLETION_OPERATIONS: typeof WORKFLOW_OPERATIONS = [
	[
		'completion.generate',
		'POST /completion-messages',
		{
			user,
			inputs: '{"text": "Hello"}',
			files: { file: [{ source: 'url', url: 'https://example.com/a.png' }] },
			options: { query: 'Old', responseMode: 'blocking' },
		},
	],
	['completion.stop', 'POST /completion-messages/{task_id}/stop', { taskId: UUID, user }],
];

it('the node has an operation for each call of the tag Completion Messages', () => {
	expect(COMPLETION_OPERATIONS.map(([, call]) => call)).toEqual(COMPLETION_CALLS);
});

it.each(COMPLETION_OPERATIONS)(
	'%s makes the call %s of a Completion app as the specification says',
	async (operation, call, parameters) => {
		await runDify(simulator, operation, parameters, { apiKey: 'app-completion-key' });
		expect(simulator.requests.map(callOf)).toEqual([call]);
		expect(simulator.requests.flatMap(deviations)).toEqual([]);
	},
);

it('the node has an operation for each of the 28 calls of the specification', () => {
	expect(OPERATIONS.map(([, call]) => call).sort()).toEqual([...CALLS].sort());
	expect(CALLS).toHaveLength(28);
});

it.each(OPERATIONS)(
	'%s makes the call %s as the specification says',
	async (operation, call, parameters) => {
		const data = await storeBinary(Buffer.from('x'), { fileName: 'a.mp3', mimeType: 'audio/mpeg' });
		await runDify(simulator, operation, parameters, { items: [{ json: {}, binary: { data } }] });
		// Whether an app knows blocking mode is asked first.
		const calls = simulator.requests
			.map(callOf)
			.filter((made) => made === call || made !== 'GET /info');
		expect(calls).toEqual([call]);
		expect(simulator.requests.flatMap(deviations)).toEqual([]);
	},
);

describe('the check against the specification', () => {
	const request: SentRequest = {
		method: 'GET',
		path: '/v1/conversations',
		query: { user, limit: '100' },
		headers: { authorization: 'Bearer app-key' },
		body: undefined,
	};
	const json = { ...request.headers, 'content-type': 'application/json' };
	const feedback: SentRequest = {
		method: 'POST',
		path: `/v1/messages/${UUID}/feedbacks`,
		query: {},
		headers: json,
		body: { rating: null, user },
	};

	it.each([
		['an unknown call', { ...request, path: '/v1/nothing' }],
		['another method', { ...request, method: 'PATCH' }],
		['an unknown parameter', { ...request, query: { page: '1' } }],
		['a limit that is too large', { ...request, query: { limit: '101' } }],
		['a limit that is too small', { ...request, query: { limit: '0' } }],
		['a limit that is no number', { ...request, query: { limit: 'all' } }],
		['a value that is not in the list', { ...request, query: { sort_by: 'name' } }],
		['a body where none is known', { ...request, body: {} }],
		['no key', { ...request, headers: {} }],
		['a missing body', { ...feedback, body: undefined }],
		['a missing field', { ...feedback, body: { rating: 'like' } }],
		['an unknown field', { ...feedback, body: { user, stars: 5 } }],
		['a field of another type', { ...feedback, body: { user: 5 } }],
		['a body of another kind', { ...feedback, headers: { ...json, 'content-type': 'text/plain' } }],
		['an ID that is none', { ...request, path: '/v1/end-users/ann' }],
		['a missing parameter', { ...request, path: '/v1/messages', query: {} }],
		[
			'a time without a zone',
			{
				...request,
				path: '/v1/workflows/logs',
				query: { created_at__after: '2025-01-01T00:00:00' },
			},
		],
	])('finds %s', (_what, wrong) => {
		expect(deviations(wrong)).not.toEqual([]);
	});

	it('finds nothing where all is right', () => {
		expect(deviations(request)).toEqual([]);
		expect(deviations(feedback)).toEqual([]);
	});
});
