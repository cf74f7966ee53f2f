import type { Socket } from 'node:net';

import type { Answer, HostileServer } from '../support/hostileServer';
import { startHostileServer } from '../support/hostileServer';

/** Bytes that no honest server sends: what comes of them is an answer, or an error in words. */

let server: HostileServer;
beforeAll(async () => {
	server = await startHostileServer();
});
afterAll(async () => await server.close());

const JSON_TYPE = { 'content-type': 'application/json' };
const IN_WORDS = /call stack|undefined|is not a function|Cannot read|URI malformed/;

const getUser = async () => await server.run('dify.endUser.get', { endUserId: 'x' });
const send = async (more = {}) =>
	await server.run('dify.chat.send', { query: 'hi', user: 'ann', ...more });

/** Answers every read with nothing, and the message like this. */
function answerMessage(answer: Answer): void {
	server.answer((request, response) =>
		request.method === 'GET'
			? response.writeHead(200, JSON_TYPE).end('{}')
			: answer(request, response),
	);
}
const streams = (text: string | Buffer) =>
	answerMessage((_request, response) =>
		response.writeHead(200, { 'content-type': 'text/event-stream' }).end(text),
	);
const event = (name: string, fields: object = {}) =>
	`data: ${JSON.stringify({ event: name, message_id: 'm', conversation_id: 'c', ...fields })}\n\n`;
const END = event('message_end', { metadata: {} });

/** Writes a response as it is. */
const raw = (...pieces: string[]) =>
	server.answer(({ socket }) => {
		for (const piece of pieces) socket.write(piece);
		socket.end();
	});

describe('a response with', () => {
	it.each([
		['1e9', 1],
		['99999999999999999999', 1],
		['1e400', 1],
		['-1e9', 3],
		['NaN', 3],
		['Wed, 21 Oct 2099 07:28:00 GMT', 3],
		['0x10', 1],
	])('Retry-After: %s is tried %i times', async (after, times) => {
		server.answer((_request, response) => response.writeHead(503, { 'retry-after': after }).end());
		const { error, took } = await getUser();
		expect(error?.message).toContain('503');
		expect(server.requests).toHaveLength(times);
		expect(took).toBeLessThan(5_000);
	});

	it('headers of any size', async () => {
		for (const size of [20_000, 2_000_000]) {
			raw(`HTTP/1.1 200 OK\r\nX-Large: ${'x'.repeat(size)}\r\n\r\n{}`);
			const { error } = await getUser();
			expect(error?.message).toMatch(/^The (request to the )?Dify server/);
			expect(error?.message).not.toMatch(IN_WORDS);
		}
	});

	it('a Content-Length that lies', async () => {
		raw('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"id":1}');
		expect((await getUser()).error?.message).toMatch(/closed the connection/);
		raw(
			'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n{"id":1}HTTP/1.1 200',
		);
		expect((await getUser()).json).toEqual([{ id: 1 }]);
		raw('HTTP/1.1 200 OK\r\nContent-Length: 8\r\nContent-Length: 9\r\n\r\n{"id":1}');
		expect((await getUser()).error?.message).not.toMatch(IN_WORDS);
	});

	it('a thousand early hints before it', async () => {
		raw(
			'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n'.repeat(1_000),
			'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n{"id":1}',
		);
		expect((await getUser()).json).toEqual([{ id: 1 }]);
	});

	it('a byte order mark, NUL, equal keys and halves of characters', async () => {
		server.answer((_request, response) =>
			response
				.writeHead(200, JSON_TYPE)
				.end(
					'\ufeff{"id":1,"id":"\\u0000","half":"\\ud800","__proto__":{"a":1},"n":1858400000000000123}',
				),
		);
		const { json } = await getUser();
		expect(json[0]).toMatchObject({ id: '\u0000', half: '\ud800', n: '1858400000000000123' });
		expect(({} as Record<string, unknown>).a).toBeUndefined();
	});

	it.each([3_000, 100_000, 1_000_000])('%i levels', async (levels) => {
		const deep = `${'['.repeat(levels)}${']'.repeat(levels)}`;
		server.answer((_request, response) => response.writeHead(200, JSON_TYPE).end(`{"a":${deep}}`));
		expect((await getUser()).error?.message).toMatch(/nested more than 500 levels deep/);
	});

	it('negative and absurd counts', async () => {
		for (const count of [-1, -1e300, 1e300, 0.5, '-5', null, {}]) {
			server.answer((_request, response) => {
				const data = [{ id: 'a', created_at: count, updated_at: count }];
				const page = { data, has_more: true, total: count, limit: count, page: count };
				response.writeHead(200, JSON_TYPE).end(JSON.stringify(page));
			});
			for (const list of ['annotation', 'conversation']) {
				const { json, error } = await server.run(`dify.${list}.getAll`, {
					user: 'ann',
					returnAll: true,
				});
				expect(error?.message ?? '').not.toMatch(IN_WORDS);
				if (!error) expect(json).toHaveLength(1);
				expect(server.requests.length).toBeLessThan(20);
				server.requests.length = 0;
			}
		}
	});
});

describe('a stream with', () => {
	const noise: Array<[string, string]> = [
		['a million comments', ':\n'.repeat(1_000_000)],
		['a million times to wait', 'retry: 999999999999\n'.repeat(100_000)],
		['ids', 'id: x\n'.repeat(100_000)],
		['names', 'event: x\n'.repeat(100_000)],
		['fields of other names', 'x: y\n'.repeat(100_000)],
		['empty lines', '\n'.repeat(1_000_000)],
		['a byte order mark', '\ufeff'],
		['NUL', '\u0000\n\n'],
		['bytes that are no UTF-8', 'data: \u00ff\ufffe\n\n'],
	];

	it.each(noise)('%s is read', async (_what, text) => {
		streams(`${text}${text === '\ufeff' ? '' : '\n'}${event('message', { answer: 'A' })}${END}`);
		expect((await send()).json[0]).toMatchObject({ answer: 'A' });
	});

	it('halves of characters and NUL in the text is passed on as it is', async () => {
		const half = '{"event":"message","message_id":"m","answer":"a\\ud800\\u0000b"}';
		streams(`data: ${half}\n\n${END}`);
		for (const outputMode of ['aggregated', 'perNode', 'events']) {
			const { json, error } = await send({ outputMode });
			expect(error).toBeUndefined();
			expect(json[0]?.answer).toBe('a\ud800\u0000b');
		}
	});
});

describe('a WebSocket with', () => {
	const KEY = 'robot-key';
	const ask = async () =>
		await server.run('cybertron.dialog.send', {
			question: 'Hi',
			options: { transport: 'webSocket', timeout: 3, maxWait: 5 },
		});
	const answer = JSON.stringify({
		code: '000000',
		type: 'string',
		index: 0,
		data: 'A',
		finish: 'y',
	});
	const end = JSON.stringify({
		code: '000000',
		type: 'flow',
		index: 0,
		data: { code: '002005' },
		finish: 'y',
	});

	it('a flood of pings before the answer is read', async () => {
		server.play((socket) => {
			for (let i = 0; i < 20; i++) socket.ping('x'.repeat(125));
			socket.send(answer);
			socket.send(end);
		});
		expect((await ask()).json[0]).toMatchObject({ answer: 'A' });
	});

	it('pings whose pongs it does not read, or frames in a million parts, is given up', async () => {
		const floods: Array<(socket: Socket) => unknown> = [
			(socket) => {
				socket.pause();
				socket.write(Buffer.concat(Array<Buffer>(200_000).fill(Buffer.from([0x89, 0x01, 0x78]))));
			},
			(socket) => {
				socket.write(Buffer.from([0x01, 0x01, 0x78]));
				socket.write(Buffer.concat(Array<Buffer>(200_000).fill(Buffer.from([0x00, 0x01, 0x78]))));
			},
		];
		for (const flood of floods) {
			server.play((_socket, connection) => flood(connection));
			const { error, took } = await ask();
			expect(error?.message).toBeDefined();
			expect(error?.message).not.toMatch(IN_WORDS);
			expect(took).toBeLessThan(6_000);
		}
	});

	it('a reason for its close that holds the key, or is no text', async () => {
		server.play((socket) => socket.close(4000, `no ${KEY}`));
		const { error } = await ask();
		expect(error?.description).toContain('no ***');
		expect(JSON.stringify([error, error?.context])).not.toContain(KEY);
		server.play((_socket, connection) =>
			connection.write(Buffer.from([0x88, 0x04, 0x0f, 0xa0, 0xff, 0xff])),
		);
		expect((await ask()).error?.message).not.toMatch(IN_WORDS);
	});
});
