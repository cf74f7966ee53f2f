import type { ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { createSelfSigned } from '../simulators/cybertron/selfSigned';
import { loadPackage } from '../support/engine';
import { testCredential } from '../support/engine/credentialTest';
import type { Answer, HostileServer } from '../support/hostileServer';
import { endlessly, startHostileServer, until } from '../support/hostileServer';

/** What n8n does when a user saves a credential, or clicks on Retry. */

let server: HostileServer;
beforeAll(async () => {
	server = await startHostileServer();
});
afterAll(async () => await server.close());

const SECRET = 'S3cret+Key/0123=';
const KEYS: Record<string, ICredentialDataDecryptedObject> = {
	cybertronApi: { robotKey: SECRET, robotToken: 'robot-token', username: ' ann@example.com ' },
	difyApi: { apiKey: SECRET },
	difyKnowledgeApi: { apiKey: SECRET },
};
const TYPES = Object.keys(KEYS);

const test = async (type: string, more: ICredentialDataDecryptedObject = {}) =>
	await testCredential(type, { baseUrl: server.origin, ...KEYS[type], ...more });

const json = (response: ServerResponse, body: unknown, status = 200) =>
	response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const answers = (body: unknown, status = 200): Answer => {
	return (_request, response) => json(response, body, status);
};

/** What each of the servers answers a good key with. */
const GOOD: Record<string, unknown> = {
	cybertronApi: { code: '000000', message: 'success', data: { list: [] } },
	difyApi: { name: 'Support bot', mode: 'workflow' },
	difyKnowledgeApi: { data: [{ id: 'd' }], has_more: true, limit: 1, total: 7, page: 1 },
};

it('is made for every credential, in every node that uses it', async () => {
	const { nodeTypes, credentialTypes } = await loadPackage();
	expect(Object.keys(credentialTypes).sort()).toEqual([...TYPES].sort());
	for (const { type } of Object.values(nodeTypes)) {
		const { description, methods } = type as {
			description: { credentials: Array<{ testedBy: string }> };
			methods: { credentialTest: Record<string, unknown> };
		};
		for (const { testedBy } of description.credentials) {
			expect(typeof methods.credentialTest[testedBy]).toBe('function');
		}
	}
});

describe('a good key', () => {
	it.each([
		['cybertronApi', '/openapi/v1/conversation/segment/get_list/', 'Connected to the robot'],
		['difyApi', '/v1/info', 'Connected to Support bot, a Workflow app'],
		['difyKnowledgeApi', '/v1/datasets?limit=1', 'Connected to a workspace with 7 knowledge bases'],
	])('of %s is told by one call, and named', async (type, call, message) => {
		let headers = {};
		let body = '';
		server.answer((request, response) => {
			headers = request.headers;
			request.on('data', (chunk) => (body += String(chunk)));
			request.once('end', () => json(response, GOOD[type]));
		});
		expect(await test(type)).toMatchObject({ status: 'OK', message });
		expect(server.requests).toEqual([call]);
		if (type !== 'cybertronApi') {
			expect(headers).toMatchObject({ authorization: `Bearer ${SECRET}` });
			return;
		}
		expect(headers).toMatchObject({ 'cybertron-robot-key': SECRET });
		expect(JSON.parse(body)).toEqual({
			username: 'ann@example.com',
			filter_mode: 0,
			page: 1,
			pagesize: 1,
		});
	});

	it.each([
		['advanced-chat', 'Connected to B, a Chatflow app'],
		['chat', 'Connected to B, a Chat app'],
		['agent-chat', 'Connected to B, an Agent app'],
		['agent', 'Connected to B, a New Agent app'],
		['completion', 'Connected to B, a Completion app'],
		['constructor', 'Connected to B'],
		[undefined, 'Connected to B'],
	])('of a Dify app of the kind %s', async (mode, message) => {
		server.answer(answers({ name: 'B', mode }));
		expect((await test('difyApi')).message).toBe(message);
	});
});

describe.each(TYPES)('the test of %s', (type) => {
	it.each<[string, Answer]>([
		['a web page', (_request, response) => response.end('<html>Welcome</html>')],
		['other JSON', answers({ welcome: 'OpenAPI' })],
		['nothing', (_request, response) => response.end()],
		['a text', answers('000000')],
		['a list', answers([])],
		['another error', answers({ detail: 'Not Found' }, 404)],
	])('takes no server for its own that answers with %s', async (_what, answer) => {
		server.answer(answer);
		const { status, message } = await test(type);
		expect(status).toBe('Error');
		expect(message).toMatch(/Base URL/);
	});

	it('follows no redirect, with which the key would go', async () => {
		const thief = await startHostileServer();
		thief.answer(answers(GOOD[type]));
		for (const code of [301, 302, 303, 307, 308]) {
			server.answer((_request, response) =>
				response.writeHead(code, { location: `${thief.origin}/x` }).end(),
			);
			const { status, message } = await test(type);
			expect(status).toBe('Error');
			expect(message).toMatch(/points to another address.*Base URL/);
		}
		expect(thief.requests).toEqual([]);
		await thief.close();
	});

	it('does not repeat a key that the server repeats', async () => {
		server.answer((request, response) => {
			const said = JSON.stringify(request.headers);
			json(response, { name: said, code: '400000', message: said, data: said }, 401);
		});
		const { status, message } = await test(type);
		expect(status).toBe('Error');
		expect(message).not.toContain('S3cret');
	});

	it.each([
		['ws+unix:///var/run/docker.sock', /not an HTTP address/],
		['http://ann:pass-word@127.0.0.1', /must not hold a user name/],
		['http://127.0.0.1:9', /cannot be reached/],
	])('says what is wrong with the Base URL %s', async (baseUrl, expected) => {
		const { status, message, took } = await test(type, { baseUrl });
		expect(status).toBe('Error');
		expect(message).toMatch(expected);
		expect(message).not.toContain('pass-word');
		expect(took).toBeLessThan(1_500);
	});

	it('trusts a certificate that nobody signed only if it may', async () => {
		const tls = createTlsServer(createSelfSigned(), (request, response) => {
			request.resume();
			json(response, GOOD[type]);
		});
		await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve));
		try {
			const baseUrl = `https://127.0.0.1:${(tls.address() as AddressInfo).port}`;
			expect((await test(type, { baseUrl })).message).toMatch(/certificate .* not trusted/);
			const insecure = { baseUrl, allowUnauthorizedCerts: true };
			expect(await test(type, insecure)).toMatchObject({ status: 'OK' });
		} finally {
			tls.closeAllConnections();
			tls.close();
		}
	});

	it('reads no more than 64 MB, also of a refusal', async () => {
		const blanks = Buffer.alloc(1024 * 1024, ' ');
		for (const status of [200, 500]) {
			server.answer((_request, response) => endlessly(response.writeHead(status), blanks));
			const result = await test(type);
			expect(result.message).toMatch(status === 200 ? /more than 64 MB/ : /HTTP 500/);
			await until(() => server.connections() === 0);
		}
	}, 30_000);
});

describe('the test of Cybertron takes for no success', () => {
	it.each([
		...['400000', 400000, '400001', '500000', 500001, '100001', '401', 401, '400002', '000001'],
		...[
			'0000001',
			'ERROR',
			'ERR000',
			'-1',
			'−1',
			'零',
			'０００００0',
			'',
			' 000000',
			true,
			null,
			[],
			{},
		],
	])('the code %j', async (code) => {
		server.answer(answers({ code, message: 'success', data: { list: [] } }));
		expect(await test('cybertronApi')).toMatchObject({ status: 'Error' });
	});
});

it('ends within 15 seconds whatever the server does, and lets go', async () => {
	const bytes: Record<string, Answer> = {
		silence: () => undefined,
		'a body that stops': (_request, response) => response.writeHead(200).write('{'),
		'a body that drips': (_request, response) => endlessly(response.writeHead(200), ' ', 200),
		'an error that drips': (_request, response) => endlessly(response.writeHead(500), '<', 200),
		'headers that drip': ({ socket }) => {
			socket.write('HTTP/1.1 200 OK\r\nX-Long: ');
			const timer = setInterval(() => socket.write('x'), 200);
			socket.once('close', () => clearInterval(timer));
		},
	};
	const servers = await Promise.all(
		Object.values(bytes).map(async (answer) => {
			const own = await startHostileServer();
			own.answer(answer);
			return own;
		}),
	);
	const results = await Promise.all(
		servers.flatMap((own) => TYPES.map(async (type) => await test(type, { baseUrl: own.origin }))),
	);
	for (const { status, message, took } of results) {
		expect(status).toBe('Error');
		expect(message).toMatch(/did not answer within 15 seconds|HTTP 500/);
		expect(took).toBeLessThan(17_000);
	}
	await until(() => servers.every((own) => own.connections() === 0));
	await Promise.all(servers.map(async (own) => await own.close()));
}, 40_000);
