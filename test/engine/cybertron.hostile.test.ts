import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

import type { ICredentialDataDecryptedObject, INodeParameters } from 'n8n-workflow';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';

import { blocked } from '../support/blocked';
import type { EngineRun } from '../support/engine';
import { runNode } from '../support/engine';
import { startHostileServer } from '../support/hostileServer';

/** A Cybertron server that wants to rob n8n, to freeze it, or to fill its memory. */
let origin: string;
let answer = (_request: IncomingMessage, response: ServerResponse): unknown => response.end();
let play = (_socket: WebSocket, _raw: Socket): unknown => undefined;

const sockets = new Set<Socket>();
const server = createServer((request, response) => {
	request.resume();
	request.on('end', () => answer(request, response));
});
beforeAll(async () => {
	server.on('connection', (socket) => {
		sockets.add(socket);
		socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
	});
	const wss = new WebSocketServer({ server });
	wss.on('connection', (socket, { socket: raw }) => {
		socket.on('error', () => undefined);
		socket.once('message', () => play(socket, raw));
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
	for (const socket of sockets) socket.destroy();
	await new Promise((resolve) => server.close(resolve));
});

const KEY = 'robot"key+S3cret/0123=';

async function ask(
	options: INodeParameters = {},
	more: Partial<EngineRun> = {},
	credential: ICredentialDataDecryptedObject = {},
) {
	const begin = Date.now();
	const result = await runNode({
		node: 'cybertron',
		parameters: {
			resource: 'dialog',
			operation: 'send',
			question: 'Hi',
			options: { transport: 'webSocket', ...options },
		},
		credentials: {
			cybertronApi: {
				baseUrl: origin,
				robotKey: KEY,
				robotToken: 'token-S3cret',
				username: 'ann@example.com',
				...credential,
			},
		},
		...more,
	});
	return { ...result, took: Date.now() - begin };
}

const HTTP = { transport: 'http' };
const MB = 1024 * 1024;
const frame = (fields: object) => JSON.stringify({ code: '000000', message: '', ...fields });
const piece = (index: number, data: string) => frame({ type: 'string', index, data });
const END = frame({ type: 'flow', index: 0, data: { code: '002005' }, finish: 'y' });
const flow = (data: object, more: object = {}) =>
	frame({ type: 'flow', index: 0, data: { code: '000000', ...data }, ...more });

/** A few frames at a time: it is not the sender whose work is measured. */
function sends(...frames: string[]) {
	const all = [...frames, END];
	play = (socket) => {
		let next = 0;
		const some = () => {
			for (const text of all.slice(next, next + 20)) socket.send(text);
			next += 20;
			if (next < all.length) setImmediate(some);
		};
		some();
	};
}

describe('a key that the server repeats', () => {
	it('is in no item and no live text, however it is cut or escaped', async () => {
		const said = `It is ${KEY} or ${KEY.replace('"', '&quot;')}.`;
		const pieces = said.match(/.{1,3}/g) ?? [];
		sends(...pieces.map((text, index) => piece(index, text)));
		const { json, chunks, error } = await ask({}, { streaming: true });
		expect(error).toBeUndefined();
		expect(json[0]?.answer).toBe('It is *** or ***.');
		expect(chunks.map(({ content }) => content ?? '').join('')).toBe('It is *** or ***.');
	});

	it('is in no name of a field', async () => {
		answer = (_request, response) =>
			response.end(frame({ data: { answer: 'A', type: { [KEY]: KEY } } }));
		const { json } = await ask(HTTP);
		expect(json[0]?.type).toEqual({ '***': '***' });
	});

	it('is in no error, wherever a page is cut', async () => {
		for (const before of [480, 495, 499]) {
			answer = (_request, response) => {
				response.statusCode = 418;
				response.end(`${'x'.repeat(before)}${KEY}${'y'.repeat(3000)}`);
			};
			const { error } = await ask(HTTP);
			expect(String(error?.context.data?.body)).toMatch(/^x{400,}/);
			expect(JSON.stringify(error?.context.data)).not.toContain('rob');
		}
	});
});

it('a key is in no refusal of the handshake, wherever its page is cut', async () => {
	const refusing = await startHostileServer({ upgrades: false });
	for (const before of [480, 495, 499, 1990, 1999]) {
		refusing.answer((_request, response) => {
			response.statusCode = 418;
			response.end(`${'x'.repeat(before)}${KEY}${'y'.repeat(3000)}`);
		});
		const { error } = await ask({}, {}, { baseUrl: refusing.origin });
		expect(error?.message).toContain('418');
		expect(String(error?.context.data?.body)).toMatch(/^x{400,}/);
		expect(JSON.stringify([error?.message, error?.context.data])).not.toContain('rob');
	}
	await refusing.close();
});

it.each([
	['ws+unix:///var/run/docker.sock', 'The Base URL is not an HTTP address'],
	['http+unix:///var/run/docker.sock', 'The Base URL is not an HTTP address'],
	['http://ann:pass-word@127.0.0.1', 'The Base URL must not hold a user name or password'],
])('the Base URL %s is refused', async (baseUrl, message) => {
	for (const options of [{}, HTTP]) {
		const { error } = await ask(options, {}, { baseUrl });
		expect(error?.message).toBe(message);
		expect(JSON.stringify(error)).not.toContain('pass-word');
	}
});

describe('one megabyte of anything does not hold up n8n', () => {
	const many = <T>(count: number, make: (i: number) => T) =>
		Array.from({ length: count }, (_, i) => make(i));

	it.each<[string, string[]]>([
		['blanks as a failure', [frame({ code: '100001', message: `${' '.repeat(MB)}x` })]],
		[
			'entities',
			many(20_000, (i) => flow({ cur_node_id: 'n', output: { entities: { [`k${i}`]: i } } })),
		],
		['nodes', many(10_000, (i) => flow({ cur_node_id: `n${i}`, answer: 'x' }))],
		['hits', many(8_000, (i) => frame({ index: -3, data: { answer: { a: i } } }))],
		[
			'large hits',
			many(8_000, (i) => frame({ index: -3, data: { answer: { a: i, b: 'x'.repeat(2_000) } } })),
		],
		['images', many(10_000, (i) => frame({ index: -4, data: `http://x/${i}` }))],
		[
			'ends of an answer that come in the wrong order',
			many(10_000, (i) => frame({ type: 'string', index: 10_000 - i, data: `${i}`, finish: 'y' })),
		],
		['answers that begin again', many(10_000, (i) => piece(0, `${i}`))],
		[
			'pieces between answers',
			many(10_000, (i) =>
				i % 2 ? piece(0, `${i}`) : frame({ type: 'json', index: 0, data: `a${i}` }),
			),
		],
		['jumps', [flow({ answer: `flow_jump${'jump_flow_uuid '.repeat(70_000)}` })]],
		[
			'long integers',
			many(
				100,
				() =>
					`{"code":"000000","index":0,"type":"string","data":"x","l":[${'1858400000000000123,'.repeat(500)}1]}`,
			),
		],
	])(
		'%s',
		async (_what, frames) => {
			sends(...frames);
			const { blockedMs } = await blocked(async () => await ask({ timeout: 20 }));
			expect(blockedMs).toBeLessThan(1_000);
		},
		60_000,
	);
});

describe('a round', () => {
	it('ends at once with an error of the protocol, and says which', async () => {
		play = (_socket, raw) => void raw.write(Buffer.from([0xf1, 0x00]));
		const { error, took } = await ask({ timeout: 20 });
		expect(error?.message).toMatch(/Invalid WebSocket frame: RSV/);
		expect(took).toBeLessThan(5_000);

		play = (socket, raw) => {
			socket.send(piece(0, 'Half'), () => raw.write(Buffer.from([0xf1, 0x00])));
		};
		const { json } = await ask({ timeout: 20 });
		expect(json[0]?.warning).toMatch(/closed the connection .* \(Invalid WebSocket frame: RSV/);
	});

	it('without end obeys Max Wait Time', async () => {
		play = (socket) => {
			let index = 0;
			const timer = setInterval(() => socket.send(piece(index++, 'a')), 20);
			socket.once('close', () => clearInterval(timer));
		};
		const { json, took } = await ask({ maxWait: 2 });
		expect(json[0]?.warning).toContain('did not come to an end');
		expect(took).toBeLessThan(6_000);
	});

	it('with deeply nested JSON fails in words', async () => {
		const deep = `${'['.repeat(3_000)}${']'.repeat(3_000)}`;
		sends(piece(0, 'x').replace('"x"', deep));
		expect((await ask()).error?.message).toMatch(/nested more than 500 levels deep/);
		answer = (_request, response) => response.end(`{"code":"000000","data":${deep}}`);
		expect((await ask(HTTP)).error?.message).toMatch(/nested more than 500 levels deep/);
	});

	it.each(['constructor', '__proto__', 'toString'])('takes %s for a plain value', async (name) => {
		const entities = `{"${name}":"e"}`;
		sends(
			flow(
				{ cur_node_id: name, answer: 'A', output: { entities: 0 } },
				{ node_type: name },
			).replace('"entities":0', `"entities":${entities}`),
		);
		const { json } = await ask();
		expect(json[0]?.answer).toBe('A');
		expect(({} as Record<string, unknown>).e).toBeUndefined();
		sends(frame({ code: name, message: 'No.' }));
		expect((await ask()).error?.message).toContain('No.');
	});
});

it('a JSON body over HTTP that never ends is given up', async () => {
	answer = (_request, response) => {
		const blanks = Buffer.alloc(MB, ' ');
		const send = () => {
			while (response.write(blanks));
			response.once('drain', send);
		};
		response.on('error', () => undefined);
		send();
	};
	expect((await ask(HTTP)).error?.message).toBe('The Cybertron server sent more than 64 MB');
	answer = (_request, response) => response.write('{');
	const { error, took } = await ask({ ...HTTP, timeout: 1 });
	expect(error?.message).toBe('The request to the Cybertron server timed out');
	expect(took).toBeLessThan(6_000);
}, 60_000);
