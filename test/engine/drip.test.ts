import type { ServerResponse } from 'node:http';

import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { storeBinary } from '../support/engine';
import type { Answer, HostileServer } from '../support/hostileServer';
import { endlessly, startHostileServer, until } from '../support/hostileServer';

/** A server that sends a byte now and then is as good as one that is silent: the limits hold for both. */

let server: HostileServer;
let file: INodeExecutionData;
beforeAll(async () => {
	server = await startHostileServer();
	const data = await storeBinary(Buffer.from('x'), { fileName: 'a.txt', mimeType: 'text/plain' });
	file = { json: {}, binary: { data } };
});
afterAll(async () => await server.close());

const EVERY_MS = 50;
const EVENTS = { 'content-type': 'text/event-stream' };
const JSON_TYPE = { 'content-type': 'application/json' };
const json = (response: ServerResponse, body: object) =>
	response.writeHead(200, JSON_TYPE).end(JSON.stringify(body));

const headers: Answer = ({ socket }) => {
	socket.write('HTTP/1.1 200 OK\r\nX-Long: ');
	const timer = setInterval(() => socket.write('x'), EVERY_MS);
	socket.once('close', () => clearInterval(timer));
};
const body =
	(status: number, type: object, piece: string): Answer =>
	(_request, response) =>
		endlessly(response.writeHead(status, type as Record<string, string>), piece, EVERY_MS);

/** All of these may take ten times the Timeout at most; Dify's answers at most Max Wait Time as well. */
const TIMEOUT = 0.4;
const SLOWEST_MS = 10 * TIMEOUT * 1_000 + 3_000;

const message = { query: 'hi', user: 'ann' };
const offlineFile = { flowUuid: 'f', tenantName: 't', extraParams: 'content', parseModel: 'm' };
const CALLS: Array<[string, INodeParameters]> = [
	['dify.endUser.get', { endUserId: 'x' }],
	['dify.conversation.getAll', { user: 'ann', returnAll: true }],
	['dify.file.upload', { user: 'ann' }],
	['dify.file.download', { fileId: 'f' }],
	['dify.audio.textToSpeech', { text: 'Hi' }],
	['cybertron.dialog.send', { question: 'Hi' }],
	['cybertron.offlineFile.upload', { ...offlineFile, parsePrompt: 'p' }],
	['cybertron.session.getAll', { returnAll: true }],
];

describe.each<[string, Answer]>([
	['headers', headers],
	['JSON', body(200, JSON_TYPE, ' ')],
	['an error page', body(418, { 'content-type': 'text/html' }, '<')],
])('%s that drip', (_what, answer) => {
	it.each(CALLS)('end %s %j', async (operation, parameters) => {
		server.answer(answer);
		const run = { ...parameters, options: { timeout: TIMEOUT } };
		const { error, took } = await server.run(operation, run, { items: [file] });
		expect(error?.message).toBeDefined();
		expect(took).toBeLessThan(SLOWEST_MS);
		await until(() => server.connections() === 0);
	});
});

describe('a message whose answer drips', () => {
	const answers: Array<[string, Answer]> = [
		['headers', headers],
		['a line without end', body(200, EVENTS, 'd')],
		['comments', body(200, EVENTS, ': \n')],
		['pings', body(200, EVENTS, 'event: ping\n\n')],
		['events without meaning', body(200, EVENTS, 'data: {"event":"x"}\n\n')],
		['JSON', body(200, JSON_TYPE, ' ')],
		['an error page', body(502, { 'content-type': 'text/html' }, '<')],
	];
	const blocking = { responseMode: 'blocking' };

	it.each(answers.flatMap(([what, answer]) => [{}, blocking].map((mode) => [what, mode, answer])))(
		'%s %j ends with Max Wait Time',
		async (_what, mode, answer) => {
			server.answer((request, response) => {
				// What is read before a message is sent has a limit of its own: 5 s.
				if (request.method === 'GET') return json(response, {});
				return (answer as Answer)(request, response);
			});
			const options = { ...(mode as INodeParameters), timeout: 2, maxWait: 3 };
			const { error, took } = await server.run('dify.chat.send', { ...message, options });
			expect(error?.message).toBeDefined();
			// The look for a lost run, and the start of an error page, take their own time.
			expect(took).toBeLessThan(13_000);
			await until(() => server.connections() === 0);
		},
	);

	it('after its beginning ends with Max Wait Time, and keeps its text', async () => {
		server.answer((request, response) => {
			if (request.url?.startsWith('/v1/parameters')) return json(response, {});
			if (request.url !== '/v1/chat-messages') return headers(request, response);
			response.writeHead(200, EVENTS);
			response.write('data: {"event":"message","answer":"Half","workflow_run_id":"r"}\n\n');
			return endlessly(response, 'd', EVERY_MS);
		});
		const options = { timeout: 2, maxWait: 3 };
		const { error, took } = await server.run('dify.chat.send', { ...message, options });
		expect(error?.context.data).toMatchObject({ answer: 'Half' });
		expect(took).toBeLessThan(13_000);
	});

	it('has a file that drips, which is left out', async () => {
		server.answer((request, response) => {
			if (request.url?.startsWith('/v1/parameters')) return json(response, {});
			if (request.url?.startsWith('/f')) return headers(request, response);
			response.writeHead(200, EVENTS);
			const files = [{ id: '1', filename: 'a.txt', url: '/f' }];
			return response.end(`data: ${JSON.stringify({ event: 'message_end', files })}\n\n`);
		});
		const options = { timeout: 1, maxWait: 3, downloadFiles: true };
		const { hints, took } = await server.run('dify.chat.send', { ...message, options });
		expect(JSON.stringify(hints)).toMatch(/a\.txt.* was not downloaded/);
		expect(took).toBeLessThan(8_000);
	});
});

describe('a WebSocket', () => {
	const dialog = { question: 'Hi', options: { transport: 'webSocket', timeout: 1, maxWait: 2 } };

	it.each<[string, Answer]>([
		['headers', headers],
		['an error page', body(418, { 'content-type': 'text/html' }, '<')],
	])('whose handshake drips %s ends with the Timeout', async (_what, answer) => {
		const closed = await startHostileServer({ upgrades: false });
		closed.answer(answer);
		const { error, took } = await closed.run('cybertron.dialog.send', dialog);
		expect(error?.message).toBeDefined();
		// A handshake carries no message: it is tried three times.
		expect(took).toBeLessThan(12_000);
		await until(() => closed.connections() === 0);
		await closed.close();
	});

	const frame = (fields: object) => JSON.stringify({ code: '000000', message: '', ...fields });
	it.each<[string, string]>([
		['heartbeats', frame({ type: 'heartbeat', data: 'pong' })],
		['what is no frame', 'x'],
		['pieces', frame({ type: 'string', index: 0, data: '' })],
	])('that drips %s ends with the limits', async (_what, text) => {
		server.play((socket) => {
			const timer = setInterval(() => socket.send(text), EVERY_MS);
			socket.once('close', () => clearInterval(timer));
		});
		const { error, took } = await server.run('cybertron.dialog.send', dialog);
		expect(error?.message).toMatch(/before it answered/);
		expect(took).toBeLessThan(5_000);
	});

	it('that drips a frame byte by byte, or floods pings, ends with the Timeout', async () => {
		for (const play of ['bytes', 'pings']) {
			server.play((socket, raw) => {
				if (play === 'bytes') raw.write(Buffer.from([0x81, 0x7e, 0x40, 0x00]));
				const timer = setInterval(() => {
					if (play === 'bytes') raw.write('x');
					else for (let i = 0; i < 500; i++) socket.ping();
				}, EVERY_MS);
				raw.once('close', () => clearInterval(timer));
			});
			const { error, took } = await server.run('cybertron.dialog.send', dialog);
			expect(error?.message).toMatch(/before it answered/);
			expect(took).toBeLessThan(5_000);
			await until(() => server.connections() === 0);
		}
	});
});
