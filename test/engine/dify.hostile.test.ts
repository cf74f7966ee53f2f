import type { ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createGzip } from 'node:zlib';

import type { INodeParameters } from 'n8n-workflow';

import { createSelfSigned } from '../simulators/cybertron/selfSigned';
import { blocked } from '../support/blocked';
import type { PlainServer } from '../support/dify/plainServer';
import { json, sse, startPlainServer, stream } from '../support/dify/plainServer';
import type { DifyRun } from '../support/dify/run';
import { startHostileServer } from '../support/hostileServer';

/** A server that wants to rob n8n, to freeze it, or to fill its memory. */
let server: PlainServer;

beforeAll(async () => {
	server = await startPlainServer();
});
afterAll(async () => await server.close());

const KEY = 'app-S3cret+Key/0123=';
const END = sse('message_end', { metadata: {} });
const MB = 1024 * 1024;

async function ask(options: INodeParameters = {}, run: DifyRun = {}, more: INodeParameters = {}) {
	const begin = Date.now();
	const parameters = { query: 'hi', user: 'ann', options, ...more };
	const result = await server.run('chat.send', parameters, { apiKey: KEY, ...run });
	return { ...result, took: Date.now() - begin };
}

const BLOCKING = { responseMode: 'blocking' };
const jsonHeaders = (response: ServerResponse) =>
	response.writeHead(200, { 'content-type': 'application/json' });

/** Sends a piece again and again until nobody listens. */
function endlessly(response: ServerResponse, piece: Buffer | string, everyMs?: number): void {
	let open = true;
	response.once('close', () => {
		open = false;
	});
	response.on('error', () => {});
	const send = () => {
		while (open && response.write(piece) && everyMs === undefined);
		if (!open) return;
		if (everyMs === undefined) response.once('drain', send);
		else setTimeout(send, everyMs);
	};
	send();
}

describe('a key that the server repeats', () => {
	it('is in no item, no name of a field, and no live text, however it is cut', async () => {
		for (const size of [1, 7, 100]) {
			const said = `Bearer ${KEY}!`;
			const pieces: string[] = [];
			for (let at = 0; at < said.length; at += size) pieces.push(said.slice(at, at + size));
			server.answer((_request, response) => {
				const messages = pieces.map((answer) => sse('message', { answer }));
				const metadata = { [KEY]: `k=${encodeURIComponent(KEY)}`, __proto__: null };
				void stream(response, ...messages, 20, sse('message_end', { metadata }));
			});
			const { json: items, chunks } = await ask({}, { streaming: true });
			expect(items[0]?.answer).toBe('Bearer ***!');
			expect(items[0]?.metadata).toEqual({ '***': 'k=***' });
			expect(chunks.map(({ content }) => content ?? '').join('')).toBe('Bearer ***!');
			expect(JSON.stringify([items, chunks])).not.toContain('Key/');
		}
	});

	it('is in no error, wherever a page is cut', async () => {
		for (const before of [280, 300, 480, 495, 499]) {
			server.answer((_request, response) => {
				response.writeHead(500, { 'content-type': 'text/html' });
				response.end(`${'x'.repeat(before)}${KEY}${'y'.repeat(1000)}`);
			});
			const { error } = await ask();
			expect(String(error?.context.data?.body)).toMatch(/^x{200,}/);
			expect(JSON.stringify(error?.context.data)).not.toContain('app-');
		}
	});
});

describe('a Base URL', () => {
	it.each([
		['http+unix:///var/run/docker.sock', 'The Base URL is not an HTTP address'],
		['http://user:pass-word@127.0.0.1/v1', 'The Base URL must not hold a user name or password'],
	])('%s is refused', async (baseUrl, message) => {
		for (const operation of ['chat.send', 'app.getInfo'] as const) {
			const parameters = { query: 'hi', user: 'ann', options: { downloadFiles: true } };
			const { error } = await server.run(operation, parameters, { baseUrl });
			expect(error?.message).toBe(message);
			expect(JSON.stringify(error)).not.toContain('pass-word');
		}
	});
});

describe('files', () => {
	const withFile = (url: string, more: object = {}) =>
		server.answer((request, response) => {
			if (request.url.startsWith('/f')) return void fileAnswer(response);
			const files = [{ id: '1', filename: '../a\r\n.txt', url, ...more }];
			void stream(response, sse('message', { answer: 'A' }), sse('message_end', { files }));
		});
	let fileAnswer = (response: ServerResponse): unknown => response.end('file');
	const download = { downloadFiles: true, timeout: 2 };

	it('of other origins are not asked for, nor where a redirect leads', async () => {
		let asked = 0;
		const inner = createServer((_request, response) => {
			asked += 1;
			response.end('secret');
		});
		await new Promise<void>((resolve) => inner.listen(0, '127.0.0.1', resolve));
		const { port } = inner.address() as AddressInfo;
		const url = `http://127.0.0.1:${port}/latest/meta-data`;
		withFile(url);
		const { items, hints } = await ask(download);
		expect(items[0]?.binary).toBeUndefined();
		expect(items[0]?.json.files).toMatchObject([{ url }]);
		expect(hints[0]?.message).toContain('Allowed File Origins');

		fileAnswer = (response) => response.writeHead(302, { location: url }).end();
		withFile('/f');
		expect((await ask(download)).hints[0]?.message).toContain('Allowed File Origins');
		expect(asked).toBe(0);

		const allowed = { ...download, allowedFileOrigins: `http://127.0.0.1:${port}` };
		expect((await ask(allowed)).items[0]?.binary?.file_0).toMatchObject({ fileName: 'a.txt' });
		expect(asked).toBe(1);
		await new Promise((resolve) => inner.close(resolve));
	});

	it('of an allowed origin need a certificate of it, whatever goes for the Dify server', async () => {
		const other = createTlsServer(createSelfSigned(), (_request, response) => response.end('x'));
		await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
		const origin = `https://127.0.0.1:${(other.address() as AddressInfo).port}`;
		const insecure = await startHostileServer();
		const files = [{ id: '1', filename: 'a.txt', url: `${origin}/f` }];
		insecure.answer(({ method }, response) =>
			method === 'GET' ? json(response, {}) : void stream(response, sse('message_end', { files })),
		);
		const options = { ...download, allowedFileOrigins: origin };
		const { items, hints } = await insecure.run(
			'dify.chat.send',
			{ query: 'hi', user: 'ann', options },
			{ credential: { allowUnauthorizedCerts: true } },
		);
		expect(items[0]?.binary).toBeUndefined();
		expect(hints[0]?.message).toMatch(/was not downloaded.*certificate/);
		other.closeAllConnections();
		other.close();
		await insecure.close();
	});

	it('that never end leave no connection open, and end with the Timeout', async () => {
		let open = 0;
		fileAnswer = (response) => {
			open += 1;
			response.once('close', () => {
				open -= 1;
			});
			response.writeHead(403, { 'content-type': 'text/html' });
			response.write('x');
		};
		withFile('/f');
		for (let runs = 0; runs < 5; runs++) await ask(download);
		await new Promise((resolve) => setTimeout(resolve, 200));
		expect(open).toBe(0);

		fileAnswer = (response) => {
			response.writeHead(200, { 'content-type': 'text/plain' });
			response.write('x');
		};
		const { hints, took } = await ask(download);
		expect(hints[0]?.message).toMatch(/was not downloaded.*timed out/);
		expect(took).toBeLessThan(8_000);
	});

	it('are asked for by ID, and named, without folders', async () => {
		server.answer((_request, response) => {
			response.writeHead(200, { 'content-type': 'text/plain' });
			response.end('file');
		});
		for (const fileId of ['../../../v1/info', '..\\..\\x', 'a/../../b\r\nX: 1\u0000']) {
			const { items } = await server.run('file.download', { fileId, binaryPropertyName: 'data' });
			expect(server.requests.at(-1)?.url).toBe(
				`/v1/files/${encodeURIComponent(fileId)}/preview?as_attachment=true`,
			);
			expect(items[0]?.binary?.data?.fileName).not.toMatch(/[\\/\r\n\u0000]/);
		}
	});

	it('have names without folders and control characters, and types that are one', async () => {
		fileAnswer = (response) => response.end('file');
		withFile('/f', { mime_type: 'text/plain\r\nX: 1' });
		const { items } = await ask(download);
		expect(items[0]?.binary?.file_0).toMatchObject({
			fileName: 'a.txt',
			mimeType: 'application/octet-stream',
		});
	});
});

describe('one megabyte of anything does not hold up n8n', () => {
	const events = (list: object[]) => list.map((fields) => `data: ${JSON.stringify(fields)}\n\n`);
	const many = <T>(count: number, make: (i: number) => T) =>
		Array.from({ length: count }, (_, i) => make(i));
	const node = (event: string, i: number, fields: object = {}) => ({
		event,
		data: { id: `e${i}`, node_id: 'n', ...fields },
	});
	const inputs: Array<[string, string, string?, string?]> = [
		['< as an error page', '<'.repeat(MB), 'text/html'],
		[
			'files',
			events([
				{ event: 'message_end', files: many(50_000, (i) => ({ id: `f${i}`, a: 'x' })) },
			]).join(''),
		],
		[
			'a URL of ? and a line feed',
			events([{ event: 'message_end', files: [{ url: `${'?'.repeat(MB)}\n` }] }]).join(''),
		],
		['backslashes', events([{ event: 'message', answer: '\\'.repeat(MB / 2) }]).join('')],
		[
			'overlapping runs of one node',
			events([
				...many(30_000, (i) => node('node_started', i)),
				...many(30_000, (i) => node('node_finished', i)),
			]).join(''),
		],
		[
			'new fields of one node',
			events(many(10_000, (i) => node('node_started', 0, { [`k${i}`]: i }))).join(''),
		],
		[
			'forms',
			events([
				...many(6_000, (i) => ({
					event: 'human_input_required',
					data: { form_id: `f${i}`, node_id: `n${i}` },
				})),
				...many(6_000, (i) => ({ event: 'human_input_form_filled', data: { node_id: `n${i}` } })),
			]).join(''),
		],
		['carriage returns', `${'\r'.repeat(MB)}${END}`],
		[
			'long integers',
			events([{ event: 'message', answer: 'x' }])
				.join('')
				.replace('"x"', `"x","l":[${'1858400000000000123,'.repeat(MB / 20)}1]`),
		],
		['blanks', events([{ event: 'error', message: `${' '.repeat(MB)}x` }]).join('')],
	];

	it.each(inputs)(
		'%s',
		async (_what, body, type = 'text/event-stream') => {
			const bytes = Buffer.from(`${body}${type === 'text/html' ? '' : END}`);
			server.answer((request, response) => {
				if (request.method === 'GET') return json(response, {}, 404);
				response.writeHead(type === 'text/html' ? 500 : 200, { 'content-type': type });
				response.end(bytes);
			});
			for (const outputMode of ['aggregated', 'perNode']) {
				const { blockedMs } = await blocked(async () => await ask({}, {}, { outputMode }));
				expect(blockedMs).toBeLessThan(1_000);
			}
		},
		60_000,
	);

	it('backslashes, with a key that begins with one', async () => {
		server.answer((request, response) => {
			if (request.method === 'GET') return json(response, {}, 404);
			void stream(response, sse('message', { answer: '\\'.repeat(MB) }), END);
		});
		const { blockedMs, result } = await blocked(
			async () => await ask({}, { apiKey: '\\key+/0123=', streaming: true }),
		);
		expect(String(result.json[0]?.answer)).toHaveLength(MB);
		expect(blockedMs).toBeLessThan(1_000);
	});

	it('pictures that have no end in an answer that is recovered', async () => {
		const text = '!['.repeat(MB / 2);
		server.answer((request, response) => {
			if (request.url.startsWith('/v1/messages')) {
				return json(response, { data: [{ id: 'm', answer: 'saved' }] });
			}
			if (request.method === 'GET') return json(response, {}, 404);
			void stream(response, sse('message', { answer: text }));
		});
		const { blockedMs, result } = await blocked(async () => await ask());
		expect(result.json[0]).toMatchObject({ answer: 'saved', recovered: true });
		expect(blockedMs).toBeLessThan(1_000);
	});
});

describe('both time limits hold', () => {
	it.each<[string, INodeParameters]>([
		['a blocking call', BLOCKING],
		['a streaming call that is answered with JSON', {}],
	])(
		'when the body of %s falls silent, drips, or is cancelled',
		async (_what, options) => {
			server.answer((_request, response) => void jsonHeaders(response).write('{'));
			const silent = await ask({ ...options, timeout: 2 });
			expect(silent.error?.message).toMatch(/timed out/);
			expect(silent.took).toBeLessThan(10_000);

			server.answer((_request, response) => endlessly(jsonHeaders(response), ' ', 200));
			const dripping = await ask({ ...options, timeout: 2, maxWait: 3 });
			expect(dripping.error?.message).toMatch(/timed out/);
			expect(dripping.took).toBeLessThan(10_000);

			const begin = Date.now();
			await ask(options, { cancel: 500 });
			expect(Date.now() - begin).toBeLessThan(500 + 1_000);
		},
		40_000,
	);

	it('for every other call', async () => {
		server.answer((_request, response) => void jsonHeaders(response).write('{'));
		const begin = Date.now();
		const { error } = await server.run('endUser.get', { endUserId: 'x', options: { timeout: 1 } });
		expect(error?.message).toBe('The request to the Dify server timed out');
		expect(Date.now() - begin).toBeLessThan(8_000);
	});
});

describe('what is larger than a limit', () => {
	const info = async (options = {}) => await server.run('endUser.get', { endUserId: 'x', options });

	it('is given up: a JSON body without end, and a bomb of gzip, which is asked for once', async () => {
		const blanks = Buffer.alloc(MB, ' ');
		server.answer((_request, response) => endlessly(jsonHeaders(response), blanks));
		expect((await info()).error?.message).toBe('The Dify server sent more than 64 MB');
		expect((await ask(BLOCKING)).error?.message).toBe('The Dify server sent more than 64 MB');

		server.answer((_request, response) => {
			response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
			const gzip = createGzip();
			gzip.pipe(response);
			let left = 200;
			const feed = () => {
				while (left-- > 0 && gzip.write(blanks));
				if (left > 0) gzip.once('drain', feed);
				else gzip.end();
			};
			feed();
			response.once('close', () => gzip.destroy());
		});
		expect((await info()).error?.message).toBe('The Dify server sent more than 64 MB');
		expect(server.requests).toHaveLength(1);
	}, 60_000);

	it('is an error page: only its beginning is read', async () => {
		server.answer((_request, response) => {
			response.writeHead(502, { 'content-type': 'text/html' });
			endlessly(response, Buffer.alloc(MB, '<p>'));
		});
		const { error } = await ask();
		expect(error?.message).toContain('HTTP 502');
		expect(String(error?.context.data?.body)).toHaveLength(500);
	}, 60_000);

	it('is deeply nested JSON', async () => {
		const deep = `${'['.repeat(3_000)}${']'.repeat(3_000)}`;
		server.answer((_request, response) => jsonHeaders(response).end(`{"a":${deep}}`));
		for (const { error } of [await info(), await ask(BLOCKING)]) {
			expect(error?.message).toMatch(/nested more than 500 levels deep/);
		}
		server.answer((_request, response) => {
			void stream(response, `data: {"event":"message","answer":"x","a":${deep}}\n\n`);
		});
		const { error } = await ask();
		expect(JSON.stringify(error?.context.data)).toMatch(/nested more than 500 levels/);
	});
});

describe('names that every object has', () => {
	it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
		'%s is a plain value',
		async (name) => {
			server.answer((_request, response) => json(response, { code: name, message: 'No.' }, 400));
			expect((await ask()).error?.message).toBe('Dify did not accept the request: No.');

			const data = { id: name, node_id: name, title: name, [`${name}x`]: 1 };
			server.answer((_request, response) => {
				void stream(
					response,
					sse('workflow_started', { data: {} }),
					sse('node_started', { data }),
					sse(name, { data }),
					sse('message', { answer: 'A', from_variable_selector: [name, 'text'] }),
					`data: {"event":"node_finished","data":{"id":"${name}","node_id":"${name}","outputs":{"__proto__":{"a":1}},"__proto__":{"b":1}}}\n\n`,
					sse('human_input_required', { data: { form_id: name, node_id: name } }),
					sse('message_end', { files: [{ id: name }], metadata: { reasoning: { [name]: 'R' } } }),
					sse('workflow_finished', { data: { status: 'succeeded', outputs: { answer: 'A' } } }),
				);
			});
			const items = (await ask({}, {}, { outputMode: 'perNode' })).json;
			expect(items).toHaveLength(1);
			expect(items[0]).toMatchObject({ node_id: name });
			expect(({} as Record<string, unknown>).b).toBeUndefined();
		},
	);
});
