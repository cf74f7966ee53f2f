import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IDataObject } from 'n8n-workflow';

import type { CybertronSimulator } from '../simulators/cybertron';
import { ASSISTANT_FLOW, startCybertronSimulator } from '../simulators/cybertron';
import { cybertron, failure, only } from './cybertron.helpers';

let simulator: CybertronSimulator;

beforeAll(async () => {
	simulator = await startCybertronSimulator();
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

const WAYS = {
	http: async (question: string) =>
		await cybertron(simulator, 'dialog.send', { question, options: {} }),
	webSocket: async (question: string) =>
		await cybertron(simulator, 'dialog.send', { question, options: { transport: 'webSocket' } }),
	chatflow: async (question: string) =>
		await cybertron(simulator, 'chatflow.run', {
			trigger: 'direct',
			flowUuid: ASSISTANT_FLOW,
			question,
			options: {},
		}),
};
type Way = keyof typeof WAYS;
const ALL = Object.keys(WAYS) as Way[];

describe.each(ALL)('failures that servers hide in answers that claim success, %s', (way) => {
	it.each([
		['#exception 209', 'Cybertron reported system exception 209', { code: '209' }],
		['#exception-zh 500', 'Cybertron reported system exception 500', { code: '500' }],
		['#risk', /^Cybertron blocked the message/, { blocked: true }],
		['#busy', 'Cybertron is busy', { retryable: true }],
	])('%s', async (directive, message, details) => {
		const error = failure(await WAYS[way](`Hello ${directive}`));
		expect(error.message).toMatch(message);
		expect(error.context.data).toMatchObject(details);
		expect(error.description).toBeTruthy();
		expect(error.context.itemIndex).toBe(0);
	});

	it.each([
		['400000', undefined],
		['500001', { cause: 'temporarily-unavailable' }],
	])('code %s', async (code, cause) => {
		const error = failure(await WAYS[way](`Hello #error:${code}`));
		expect(error.message).toBe(`Cybertron answered with code ${code}: Request failed`);
		expect(error.context.data).toMatchObject({ code, message: 'Request failed' });
		expect(error.failure).toEqual(cause);
	});
});

it('a failure in a json frame is one, too', async () => {
	const error = failure(await WAYS.webSocket('Hello #exception 209 #exception-json'));
	expect(error.message).toBe('Cybertron reported system exception 209');
});

it('an answer that speaks of a failure at length is an answer', async () => {
	const question = `Why does it say System exception (209), please try again later? ${'Explain! '.repeat(40)}`;
	expect(only(await WAYS.http(question)).answer).toContain('System exception (209)');
});

it('a robot that is busy over HTTP points to the WebSocket, where it answers', async () => {
	const [robot] = simulator.state.robots;
	const busy = await startCybertronSimulator({ robots: [{ ...robot!, httpBusy: true }] });
	try {
		const ask = async (options: object) =>
			await cybertron(busy, 'dialog.send', { question: 'Hello', options: { ...options } });
		const error = failure(await ask({}));
		expect(error.description).toContain('WebSocket');
		expect(error.failure).toEqual({ cause: 'temporarily-unavailable' });
		expect(only(await ask({ transport: 'webSocket' })).answer).toBe('You asked: Hello');
	} finally {
		await busy.close();
	}
});

it('a busy server that says so in its message is busy', async () => {
	const error = failure(await WAYS.http('Hello #busy-message'));
	expect(error.message).toBe('Cybertron is busy');
	expect(error.context.data).toMatchObject({ retryable: true, code: '500000' });
});

it('an unknown flow is a failure that names what the server says', async () => {
	const error = failure(
		await cybertron(simulator, 'chatflow.run', {
			trigger: 'direct',
			flowUuid: 'nothing',
			question: 'Hi',
			options: {},
		}),
	);
	expect(error.message).toBe('Cybertron answered with code 400000: The flow does not exist');
});

it('a failed node ends the round as a failure', async () => {
	const error = failure(await WAYS.chatflow('Hello #flow-error'));
	expect(error.message).toBe('Cybertron answered with code 400000: Node execution failed');
});

describe('what was received before a failure', () => {
	it('is in the details: text, ids, and the answers of earlier rounds', async () => {
		const error = failure(
			await cybertron(simulator, 'chatflow.run', {
				trigger: 'direct',
				flowUuid: ASSISTANT_FLOW,
				question: 'One',
				segmentCode: 's1',
				options: { followUps: ['Two', 'Three and more words #late-error:500000', 'Four'] },
			}),
		);
		expect(error.message).toBe('Cybertron answered with code 500000: Internal server error');
		expect(error.context.data).toMatchObject({
			code: '500000',
			answer: 'You said: Three and more words',
			dialog_id: expect.stringMatching(/^\d{19}$/) as string,
			segment_code: 's1',
			rounds: [
				{ question: 'One', answer: 'You said: One' },
				{ question: 'Two', answer: 'You said: Two' },
				{ question: expect.stringMatching(/^Three/) as string },
			],
		});
		expect(simulator.received).toHaveLength(3);
	});

	it('reaches the error branch of the workflow', async () => {
		const { errorItems, items } = await cybertron(
			simulator,
			'dialog.send',
			{ question: '={{ $json.question }}', options: { transport: 'webSocket' } },
			{
				items: [{ json: { question: 'A b c #late-error:500000' } }, { json: { question: 'Fine' } }],
				onError: 'continueErrorOutput',
			},
		);
		expect(items.map(({ json }) => json.answer)).toEqual(['You asked: Fine']);
		expect(errorItems).toHaveLength(1);
		expect(errorItems[0]?.json).toMatchObject({
			error: expect.stringContaining('500000') as string,
			details: { answer: 'You asked: A b c' },
		});
	});
});

describe('wrong credentials', () => {
	it.each<[string, Way, IDataObject]>(
		ALL.flatMap((way) => [
			['key', way, { robotKey: 'wrong' }],
			['token', way, { robotToken: 'wrong' }],
		]),
	)('a wrong robot %s says to check key and token (%s)', async (_what, way, credential) => {
		const [path, parameters] =
			way === 'chatflow'
				? ['chatflow.run', { trigger: 'auto', question: 'Hi', options: {} }]
				: ['dialog.send', { question: 'Hi', options: { transport: way } }];
		const error = failure(
			await cybertron(simulator, path as string, parameters as never, {
				credential: credential as never,
			}),
		);
		expect(error.description).toMatch(/^Check robot key and token/);
		expect(error.failure).toEqual({ cause: 'credential-invalid' });
	});
});

describe('secrets', () => {
	/** A robot whose server repeats what it was sent, in every way in which JSON can be escaped. */
	const robot = { key: 'Ab12/Cd34+Ef56Gh78=', token: 'To/Ken+90Xy==' };
	const escaped = (text: string) => text.replace(/\//g, '\\/').replace(/=/g, '\\u003d');

	async function withEcho(work: (echo: CybertronSimulator) => Promise<void>): Promise<void> {
		const echo = await startCybertronSimulator({ robots: [robot] });
		try {
			await work(echo);
		} finally {
			await echo.close();
		}
	}

	it('never come out in items or errors, although the server repeats them', async () => {
		await withEcho(async (echo) => {
			const spilt = `key ${escaped(robot.key)} token ${robot.token} and ${encodeURIComponent(robot.key)}`;
			const frames = [
				`{"code":"000000","type":"string","index":0,"data":"${spilt}","finish":"n"}`,
				`{"code":"500000","message":"${spilt}","index":1,"data":{"echo":"${spilt}"}}`,
			];
			const good = `{"code":"000000","type":"json","index":1,"data":{"type":"string","answer":"${spilt}"},"finish":"y"}`;
			echo.scripts.add({ name: 'bad', match: { question: 'bad' }, rounds: [frames] });
			echo.scripts.add({ name: 'good', match: { question: 'good' }, rounds: [[frames[0]!, good]] });
			const ask = async (question: string, outputMode: string) =>
				await cybertron(echo, 'chatflow.run', {
					trigger: 'auto',
					question,
					outputMode,
					options: {},
				});
			const results = [
				await ask('bad', 'aggregated'),
				await ask('good', 'aggregated'),
				await ask('good', 'events'),
			];
			expect(results[1]?.json[0]?.answer).toMatch(/^key \*\*\* token \*\*\* and \*\*\*$/);
			const everything = JSON.stringify(results.map(({ run }) => run));
			for (const secret of [robot.key, robot.token, encodeURIComponent(robot.key)]) {
				expect(everything).not.toContain(secret);
				expect(everything).not.toContain(JSON.stringify(secret).slice(1, -1));
			}
		});
	});

	it('never come out of an HTTP answer', async () => {
		await withEcho(async (echo) => {
			const parameters = { question: `say ${robot.key} and ${robot.token}`, options: {} };
			expect(only(await cybertron(echo, 'dialog.send', parameters)).answer).toBe(
				'You asked: say *** and ***',
			);
		});
	});
});

describe('HTTP answers that are not Cybertron’s', () => {
	it.each([
		['#status 502', 'The server answered with HTTP 502', 'temporarily-unavailable'],
		['#status 429', 'The server answered with HTTP 429', 'rate-limited'],
		['#status 401', 'The server answered with HTTP 401', 'credential-invalid'],
		['#status 502 #json', /^Cybertron answered with code/, 'temporarily-unavailable'],
		['#invalid-json', 'The response is not from a Cybertron server (HTTP 200)', undefined],
		[
			'#truncate',
			'The Cybertron server closed the connection before it answered',
			'temporarily-unavailable',
		],
		[
			'#lost',
			'The Cybertron server closed the connection before it answered',
			'temporarily-unavailable',
		],
		[
			'#reset',
			'The Cybertron server closed the connection before it answered',
			'temporarily-unavailable',
		],
	])('%s', async (directives, message, cause) => {
		simulator.faults.add({ on: 'http', directives });
		const error = failure(await WAYS.http('Hello'));
		expect(error.message).toMatch(message);
		expect(error.failure?.cause).toBe(cause);
		expect(simulator.requests.length).toBeLessThanOrEqual(1);
	});

	it('a silent server is left after the timeout', async () => {
		const result = await cybertron(simulator, 'dialog.send', {
			question: 'Hello #stall',
			options: { timeout: 1 },
		});
		expect(failure(result).message).toBe('The request to the Cybertron server timed out');
		expect(failure(result).description).toContain('Timeout');
	});

	/** A server that answers every request in one way. */
	async function answering(
		status: number,
		headers: Record<string, string>,
		body: string,
		work: (origin: string) => Promise<void>,
	): Promise<void> {
		const server = createServer((_request, response) => {
			response.writeHead(status, headers).end(body);
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		try {
			await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
		} finally {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		}
	}

	it('reads the message under its other name', async () => {
		await answering(200, {}, '{"code":"400000","msg":"No such thing"}', async (baseUrl) => {
			const result = await cybertron(
				simulator,
				'dialog.send',
				{ question: 'Hi', options: {} },
				{ credential: { baseUrl } },
			);
			expect(failure(result).message).toBe('Cybertron answered with code 400000: No such thing');
		});
	});

	const BUSY = 'The system is busy, please try again later';
	it.each([
		['its message', { message: BUSY, data: null }],
		['its data', { message: 'success', data: BUSY }],
		['the text of its data', { message: 'success', data: JSON.stringify({ answer: BUSY }) }],
	])('a server that calls itself busy in %s is busy', async (_where, answer) => {
		await answering(200, {}, JSON.stringify({ code: '000000', ...answer }), async (baseUrl) => {
			const result = await cybertron(
				simulator,
				'dialog.send',
				{ question: 'Hi', options: {} },
				{ credential: { baseUrl } },
			);
			expect(failure(result).message).toBe('Cybertron is busy');
		});
	});

	it('the data of an answer may be a text, or the text of an object', async () => {
		for (const data of ['Hello', '{"type":"string","answer":"Hello"}', '42']) {
			await answering(200, {}, JSON.stringify({ code: '000000', data }), async (baseUrl) => {
				const result = await cybertron(
					simulator,
					'dialog.send',
					{ question: 'Hi', options: {} },
					{ credential: { baseUrl } },
				);
				expect(only(result).answer).toBe(data === '42' ? '42' : 'Hello');
			});
		}
	});

	it('no part of a secret is left where the page of a refusal is cut', async () => {
		const robotToken = 'MTc0Mzk5MTIzNDU2/wpBYmNkRWZn+cGRCUTg9';
		await answering(502, {}, `${'x'.repeat(485)}${robotToken}`, async (baseUrl) => {
			const result = await cybertron(
				simulator,
				'dialog.send',
				{ question: 'Hi', options: {} },
				{ credential: { baseUrl, robotToken } },
			);
			expect(failure(result).context.data?.body).toBe(`${'x'.repeat(485)}***`);
		});
	});

	it('takes a bare list for the rows of a list', async () => {
		await answering(200, {}, '[{"segment_code":"a"},{"segment_code":"b"}]', async (baseUrl) => {
			const { json } = await cybertron(
				simulator,
				'session.getAll',
				{ returnAll: true, options: {} },
				{ credential: { baseUrl } },
			);
			expect(json).toEqual([{ segment_code: 'a' }, { segment_code: 'b' }]);
		});
	});

	it('a list that never ends is not read for ever', async () => {
		const page = '{"code":"000000","data":{"has_next":true,"list":[{"segment_code":"a"}]}}';
		await answering(200, {}, page, async (baseUrl) => {
			const { json } = await cybertron(
				simulator,
				'session.getAll',
				{ returnAll: true, options: {} },
				{ credential: { baseUrl } },
			);
			expect(json).toEqual([{ segment_code: 'a' }]);
		});
	});

	it('an answer without an answer is a failure', async () => {
		await answering(200, {}, '{"status":"ok"}', async (baseUrl) => {
			const result = await cybertron(
				simulator,
				'dialog.send',
				{ question: 'Hi', options: {} },
				{ credential: { baseUrl } },
			);
			expect(failure(result).message).toBe('The Cybertron server gave no answer to the question');
		});
	});

	it('a redirect, which would lose the question, is not followed', async () => {
		const location = 'https://elsewhere.example/openapi/v1/conversation/dialog/?a=1';
		await answering(301, { location }, '', async (baseUrl) => {
			for (const transport of ['http', 'webSocket']) {
				const result = await cybertron(
					simulator,
					'dialog.send',
					{ question: 'Hi', options: { transport } },
					{ credential: { baseUrl } },
				);
				expect(failure(result).message).toBe('The Base URL points to another address');
				expect(failure(result).description).toContain('https://elsewhere.example');
			}
		});
	});
});

it('a base URL is taken as people paste it', async () => {
	const { host } = new URL(simulator.origin);
	for (const baseUrl of [
		`${simulator.origin}/`,
		` ${host} `,
		`ws://${host}/openapi/v2/ws/dialog/`,
	]) {
		for (const transport of ['http', 'webSocket']) {
			const result = await cybertron(
				simulator,
				'dialog.send',
				{ question: 'Hi', options: { transport } },
				{ credential: { baseUrl } },
			);
			expect(only(result).answer).toBe('You asked: Hi');
		}
	}
});
