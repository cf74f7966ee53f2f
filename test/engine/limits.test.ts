import type { ServerResponse } from 'node:http';
import { createGzip } from 'node:zlib';

import type { HostileServer } from '../support/hostileServer';
import { endlessly, startHostileServer, until } from '../support/hostileServer';

/** Nothing that a server sends is read without limit; what came before the limit is kept. */

let server: HostileServer;
beforeAll(async () => {
	server = await startHostileServer();
});
afterAll(async () => await server.close());

const MB = 1024 * 1024;
const JSON_TYPE = { 'content-type': 'application/json' };
const json = (response: ServerResponse, body: object) =>
	response.writeHead(200, JSON_TYPE).end(JSON.stringify(body));

/** Answers a message, but not the reads before it. */
function answerMessage(answer: (response: ServerResponse) => unknown): void {
	server.answer(({ url = '' }, response) => {
		if (url.startsWith('/v1/parameters')) return json(response, {});
		return answer(response);
	});
}

const send = { query: 'hi', user: 'ann' };
const event = (name: string, fields: object = {}) =>
	`data: ${JSON.stringify({ event: name, task_id: 't', message_id: 'm', conversation_id: 'c', ...fields })}\n\n`;
const HALF = event('message', { answer: 'Half' });

describe('a stream of Dify', () => {
	const streams = (piece: string) =>
		answerMessage((response) => {
			response.writeHead(200, { 'content-type': 'text/event-stream' }).write(HALF);
			endlessly(response, Buffer.from(piece));
		});

	it.each([
		['events', event('ping', { x: 'x'.repeat(MB) })],
		['comments', `: ${'x'.repeat(MB)}\n`],
	])(
		'of %s without end is given up after 512 MB, with the text so far',
		async (_what, piece) => {
			streams(piece);
			const { error } = await server.run('dify.chat.send', send);
			expect(error?.message).toContain('512 MB');
			expect(error?.context.data).toMatchObject({ answer: 'Half', message_id: 'm' });
			expect(server.requests.filter((url) => url.endsWith('/chat-messages'))).toHaveLength(1);
			await until(() => server.connections() === 0);
		},
		60_000,
	);

	it('of one event without end is given up after 128 MB', async () => {
		answerMessage((response) => {
			response.writeHead(200, { 'content-type': 'text/event-stream' }).write(`${HALF}data: "`);
			endlessly(response, Buffer.alloc(MB, 'x'));
		});
		const { error } = await server.run('dify.chat.send', send);
		expect(JSON.stringify(error?.context.data)).toContain('more than 128 MB');
		expect(error?.context.data).toMatchObject({ answer: 'Half' });
	}, 60_000);
});

describe('a round of Cybertron', () => {
	const frame = (fields: object) => JSON.stringify({ code: '000000', message: '', ...fields });
	const dialog = { question: 'Hi', options: { transport: 'webSocket' } };

	/** Sends the frame again and again, a few megabytes at a time. */
	const floods = (text: string, atOnce: number) =>
		server.play((socket) => {
			socket.send(frame({ type: 'string', index: 0, data: 'Half' }));
			const more = () => {
				if (socket.readyState !== socket.OPEN) return;
				for (let sent = 1; sent < atOnce; sent++) socket.send(text);
				socket.send(text, more);
			};
			more();
		});

	it.each([
		['frames', frame({ type: 'string', index: 1, id: 'x'.repeat(MB) })],
		['what is no frame', 'x'.repeat(MB)],
	])(
		'of %s without end is given up after 512 MB, with the text so far',
		async (_what, text) => {
			floods(text, 4);
			const { error } = await server.run('cybertron.dialog.send', dialog);
			expect(error?.message).toBe('The Cybertron server sent more than 512 MB');
			expect(error?.context.data).toMatchObject({ limit_bytes: 512 * MB, answer: 'Half' });
			await until(() => server.connections() === 0);
		},
		60_000,
	);
});

describe('a response', () => {
	const CALLS = ['dify.endUser.get', 'cybertron.dialog.send'];
	const parameters = { endUserId: 'x', question: 'Hi' };

	it.each(CALLS)('to %s without end is given up after 64 MB, and asked for once', async (call) => {
		server.answer((_request, response) =>
			endlessly(response.writeHead(200, JSON_TYPE), Buffer.alloc(MB, ' ')),
		);
		const { error } = await server.run(call, parameters);
		expect(error?.message).toMatch(/^The \w+ server sent more than 64 MB$/);
		expect(error?.context.data).toMatchObject({ code: 'too_large', limit_bytes: 64 * MB });
		expect(server.requests).toHaveLength(1);
		await until(() => server.connections() === 0);
	});

	it.each(CALLS)('to %s that is a bomb of gzip is named, and asked for once', async (call) => {
		server.answer((_request, response) => {
			response.writeHead(200, { ...JSON_TYPE, 'content-encoding': 'gzip' });
			const gzip = createGzip();
			gzip.pipe(response);
			endlessly(gzip as unknown as ServerResponse, Buffer.alloc(MB, ' '));
			response.once('close', () => gzip.destroy());
		});
		const { error } = await server.run(call, parameters);
		expect(error?.message).toMatch(/^The \w+ server sent more than 64 MB$/);
		expect(server.requests).toHaveLength(1);
	});

	it.each(CALLS)(
		'to %s that is an error page is read for 64 kB, and shown for 500 characters',
		async (call) => {
			let sent = 0;
			server.answer((_request, response) => {
				response.writeHead(418, { 'content-type': 'text/html' });
				const piece = Buffer.alloc(16 * 1024, '<p>');
				const timer = setInterval(() => {
					response.write(piece);
					sent += piece.length;
				}, 20);
				response.once('close', () => clearInterval(timer));
			});
			const { error, took } = await server.run(call, parameters);
			expect(JSON.stringify([error?.message, error?.httpCode])).toContain('418');
			expect(String(error?.context.data?.body)).toHaveLength(500);
			expect(took).toBeLessThan(5_000);
			await until(() => server.connections() === 0);
			expect(sent).toBeLessThan(MB);
		},
	);
});

describe('a list', () => {
	const LISTS: Array<[string, (rows: object[]) => object, object]> = [
		['dify.conversation.getAll', (data) => ({ data, has_more: true }), { user: 'ann' }],
		['dify.annotation.getAll', (data) => ({ data, has_more: true, total: 1e12 }), {}],
		[
			'cybertron.session.getAll',
			(list) => ({ code: '000000', data: { list, has_next: true } }),
			{},
		],
	];
	let id = 0;
	const rows = (count: number) =>
		Array.from({ length: count }, () => ({ id: String(id++), created_at: id, updated_at: id }));

	it.each(LISTS)(
		'%s of a million entries is given up',
		async (call, page, more) => {
			server.answer((_request, response) => json(response, page(rows(100_000))));
			const { error } = await server.run(call, { ...more, returnAll: true });
			expect(error?.message).toBe(
				'The list has no end: it was given up after 10 requests and 1000000 entries',
			);
			expect(error?.description).toContain('1000000 entries');
			expect(error?.context.data).toMatchObject({ code: 'endless_list', entries: 1_000_000 });
			expect(server.requests).toHaveLength(10);
		},
		60_000,
	);

	it('may have any number of entries on a page', async () => {
		server.answer((_request, response) =>
			json(response, { data: rows(200_000).map((row) => ({ ...row, name: `v${row.id}` })) }),
		);
		const parameters = { conversationId: 'c', user: 'ann', returnAll: false, limit: 1 };
		const named = { ...parameters, options: { variableName: 'v' } };
		const { json: items, error } = await server.run('dify.conversation.getVariables', named);
		expect(error).toBeUndefined();
		expect(items).toHaveLength(1);
	});
});

it('a file that drips ends with ten times the Timeout', async () => {
	server.answer((_request, response) =>
		endlessly(response.writeHead(200, { 'content-type': 'text/plain' }), 'x', 50),
	);
	const options = { timeout: 0.6 };
	const { error, took } = await server.run('dify.file.download', { fileId: 'f', options });
	expect(error?.message).toMatch(/timed out/);
	expect(took).toBeGreaterThan(5_000);
	expect(took).toBeLessThan(12_000);
});
