import type { ServerResponse } from 'node:http';

import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { storeBinary } from '../support/engine';
import type { Answer, HostileServer } from '../support/hostileServer';
import { endlessly, startHostileServer, until } from '../support/hostileServer';

/** Whatever a server does, an execution that the user cancels ends within a second. */

let server: HostileServer;
let file: INodeExecutionData;

beforeAll(async () => {
	server = await startHostileServer();
	const megabytes = Buffer.alloc(16 * 1024 * 1024, 'x');
	const data = await storeBinary(megabytes, { fileName: 'a.txt', mimeType: 'text/plain' });
	file = { json: {}, binary: { data } };
});
afterAll(async () => await server.close());

/** Cancels when the server has had its request, and was left time to misbehave. */
async function cancelled(operation: string, parameters: INodeParameters = {}, ready = 1) {
	let cancelledAt = 0;
	const cancel = until(() => server.requests.length >= ready)
		.then(async () => await new Promise((resolve) => setTimeout(resolve, 150)))
		.then(() => {
			cancelledAt = Date.now();
		});
	const { error } = await server.run(operation, parameters, { cancel, items: [file] });
	return { error, took: Date.now() - cancelledAt };
}

const LIMIT_MS = 1_000;

const silent: Answer = () => undefined;
const stops: Answer = (_request, response) => response.writeHead(200, JSON_TYPE).write('{');
const drips: Answer = (_request, response) =>
	endlessly(response.writeHead(200, JSON_TYPE), ' ', 50);
const dripsHeaders: Answer = (request) => {
	const { socket } = request;
	socket.write('HTTP/1.1 200 OK\r\nX-Long: ');
	const timer = setInterval(() => socket.write('x'), 50);
	socket.once('close', () => clearInterval(timer));
};
const dripsError: Answer = (_request, response) =>
	endlessly(response.writeHead(500, { 'content-type': 'text/html' }), '<', 50);
const JSON_TYPE = { 'content-type': 'application/json' };
const EVENTS = { 'content-type': 'text/event-stream' };

const json = (response: ServerResponse, body: object) =>
	response.writeHead(200, JSON_TYPE).end(JSON.stringify(body));
const event = (name: string, fields: object) =>
	`data: ${JSON.stringify({ event: name, task_id: 't', message_id: 'm', conversation_id: 'c', workflow_run_id: 'r', ...fields })}\n\n`;

const DATASET = { __rl: true, mode: 'id', value: 'd' };
const RUNS = ['dify.chat.send', 'dify.workflow.run', 'dify.completion.generate'];
const message = { query: 'hi', user: 'ann' };
const offlineFile = {
	flowUuid: 'f',
	tenantName: 't',
	extraParams: 'content',
	parseModel: 'm',
	parsePrompt: 'p',
};

describe.each<[string, Answer]>([
	['says nothing', silent],
	['begins and falls silent', stops],
	['drips', drips],
	['drips headers', dripsHeaders],
	['drips an error page', dripsError],
])('when the server %s', (_what, misbehave) => {
	it.each<[string, INodeParameters]>([
		['dify.chat.send', message],
		['dify.chat.send', { ...message, options: { responseMode: 'blocking' } }],
		['dify.workflow.run', { user: 'ann', inputs: '{}' }],
		['dify.completion.generate', { user: 'ann', inputs: '{}' }],
		['dify.knowledgeBase.getAll', { returnAll: true }],
		['dify.document.waitForIndexing', { waitFor: 'batch', datasetId: DATASET, batch: 'b' }],
		['dify.document.upsert', { datasetId: DATASET, source: 'text', name: 'a', text: 'b' }],
		['dify.document.upsert', { datasetId: DATASET, source: 'file' }],
		['dify.file.upload', { user: 'ann' }],
		['dify.file.download', { fileId: 'f' }],
		['dify.audio.textToSpeech', { text: 'Hi' }],
		['dify.conversation.getAll', { user: 'ann', returnAll: true }],
		['dify.humanInput.resume', { user: 'ann', workflowRunId: 'r' }],
		['cybertron.dialog.send', { question: 'Hi' }],
		['cybertron.offlineFile.upload', offlineFile],
		['cybertron.offlineFile.getStatus', { fileId: '1', waitForResult: true }],
		['cybertron.session.getAll', { returnAll: true }],
	])('%s %j', async (operation, parameters) => {
		server.answer((request, response) => {
			// What is read before a message is sent is not what this is about.
			if (/^\/v1\/(parameters|info)/.test(request.url ?? '')) {
				server.requests.pop();
				return json(response, { user_input_form: [] });
			}
			return misbehave(request, response);
		});
		const { error, took } = await cancelled(operation, parameters);
		expect(error).toBeDefined();
		expect(took).toBeLessThan(LIMIT_MS);
		// A run that may still be told its task id is listened to for five seconds more: see below.
		if (!RUNS.includes(operation)) await until(() => server.connections() === 0);
	});
});

describe('a run of Dify', () => {
	const streams = (rest: Answer, ...events: string[]): Answer => {
		return (request, response) => {
			if (request.url?.startsWith('/v1/parameters')) return json(response, {});
			if (request.url !== '/v1/chat-messages') return rest(request, response);
			response.writeHead(200, EVENTS).write(events.join(''));
			return events.length > 1 ? response.end() : undefined;
		};
	};
	const started = event('workflow_started', { data: { id: 'r' } });
	const talking = event('message', { answer: 'Half' });

	it.each<[string, Answer]>([
		['says nothing', silent],
		['drips headers', dripsHeaders],
	])('whose stop %s is cancelled, keeps its text, and lets go', async (_what, misbehave) => {
		server.answer(streams(misbehave, talking));
		const { error, took } = await cancelled('dify.chat.send', message, 2);
		expect(error?.context.data).toMatchObject({ answer: 'Half', task_id: 't' });
		expect(took).toBeLessThan(LIMIT_MS);
		expect(server.requests.at(-1)).toBe('/v1/chat-messages/t/stop');
		await until(() => server.connections() === 0, 7_000);
	});

	it.each<[string, Answer]>([
		['drips', drips],
		[
			'never ends in the list of runs',
			({ url = '' }, response) =>
				url.includes('/events')
					? response.writeHead(404).end()
					: json(response, { id: 'r', status: 'running' }),
		],
	])('that was lost and %s', async (_what, misbehave) => {
		server.answer(streams(misbehave, started, talking));
		const { error, took } = await cancelled('dify.chat.send', message, 3);
		expect(error?.context.data).toMatchObject({ answer: 'Half', workflow_run_id: 'r' });
		expect(took).toBeLessThan(LIMIT_MS);
		await until(() => server.connections() === 0, 7_000);
	});

	it.each(['..', '\ud800', 'constructor'])('whose task is called %j', async (task) => {
		server.answer(streams(silent, event('message', { answer: 'Half', task_id: task })));
		const { error, took } = await cancelled('dify.chat.send', message, 2);
		expect(error?.context.data).toMatchObject({ answer: 'Half' });
		expect(took).toBeLessThan(LIMIT_MS);
		await until(() => server.connections() === 0, 7_000);
	});

	it('whose file drips', async () => {
		const files = [{ id: '1', filename: 'a.txt', url: '/f' }];
		const end = event('message_end', { files });
		server.answer(streams(drips, talking, end));
		const options = { downloadFiles: true };
		const { took } = await cancelled('dify.chat.send', { ...message, options }, 3);
		expect(took).toBeLessThan(LIMIT_MS);
		await until(() => server.connections() === 0);
	});

	it('that waits for a job', async () => {
		server.answer((_request, response) => json(response, { job_id: 'j', job_status: 'waiting' }));
		const { error, took } = await cancelled('dify.annotation.configureReply', {
			action: 'enable',
			scoreThreshold: 0.9,
			embeddingProviderName: 'p',
			embeddingModelName: 'm',
			options: { waitForResult: true },
		});
		expect(error?.message).toMatch(/cancel/);
		expect(took).toBeLessThan(LIMIT_MS);
	});

	it('in an endless list', async () => {
		let id = 0;
		server.answer((_request, response) => {
			const data = Array.from({ length: 100 }, () => ({ id: `${id++}`, updated_at: id }));
			json(response, { data, has_more: true });
		});
		const parameters = { user: 'ann', returnAll: true };
		const { took } = await cancelled('dify.conversation.getAll', parameters);
		expect(took).toBeLessThan(LIMIT_MS);
	});
});

describe('Cybertron', () => {
	const dialog = { question: 'Hi', options: { transport: 'webSocket' } };
	const piece = JSON.stringify({ code: '000000', type: 'string', index: 0, data: 'Half' });

	it.each<[string, Answer]>([
		['says nothing', silent],
		['drips', dripsHeaders],
		['refuses it with a page that drips', dripsError],
	])('whose handshake %s', async (_what, misbehave) => {
		const upgrade = await startHostileServer({ upgrades: false });
		upgrade.answer(misbehave);
		const cancel = until(() => upgrade.requests.length > 0).then(() => Date.now());
		const { error } = await upgrade.run('cybertron.dialog.send', dialog, { cancel });
		expect(error?.message).toMatch(/cancel/);
		expect(Date.now() - (await cancel)).toBeLessThan(LIMIT_MS);
		await until(() => upgrade.connections() === 0);
		await upgrade.close();
	});

	it.each<[string, string[]]>([
		['falls silent', []],
		['stops in the middle', [piece]],
	])('that %s', async (_what, frames) => {
		server.play((socket) => {
			for (const text of frames) socket.send(text);
		});
		const { error, took } = await cancelled('cybertron.dialog.send', dialog);
		expect(error?.message).toMatch(/cancel/);
		expect(error?.context.data).toMatchObject({ answer: frames.length > 0 ? 'Half' : '' });
		expect(took).toBeLessThan(LIMIT_MS);
		await until(() => server.connections() === 0);
	});

	it('that floods frames', async () => {
		server.play((socket) => {
			const send = () => {
				if (socket.readyState !== socket.OPEN) return;
				for (let i = 0; i < 50; i++) socket.send(piece);
				setTimeout(send, 1);
			};
			send();
		});
		const { took } = await cancelled('cybertron.dialog.send', dialog);
		expect(took).toBeLessThan(LIMIT_MS);
	});

	it('whose file is never done', async () => {
		server.answer((_request, response) =>
			json(response, { code: '000000', data: { status: 1, file_id: 1 } }),
		);
		const parameters = { fileId: '1', waitForResult: true };
		const { error, took } = await cancelled('cybertron.offlineFile.getStatus', parameters);
		expect(error?.message).toMatch(/cancel/);
		expect(took).toBeLessThan(LIMIT_MS);
	});
});
