import type { CybertronSimulator } from '../simulators/cybertron';
import { ASSISTANT_FLOW, COLLECTION_FLOW, startCybertronSimulator } from '../simulators/cybertron';
import { cybertron, failure, only, timed, until } from './cybertron.helpers';

let simulator: CybertronSimulator;

beforeAll(async () => {
	simulator = await startCybertronSimulator();
});
beforeEach(() => simulator.reset());
afterEach(async () => {
	await until('no socket is open', () => simulator.openSockets() === 0);
	await until('no connection is open', () => simulator.openConnections() === 0);
});
afterAll(async () => await simulator.close());

const ask = async (question: string, options: object = {}) =>
	await cybertron(simulator, 'dialog.send', {
		question,
		options: { transport: 'webSocket', timeout: 1, ...options },
	});
const run = async (question: string, options: object = {}, parameters: object = {}) =>
	await cybertron(simulator, 'chatflow.run', {
		trigger: 'direct',
		flowUuid: ASSISTANT_FLOW,
		question,
		options: { timeout: 1, ...options },
		...parameters,
	});

describe('a server that says nothing more', () => {
	it.each([
		['from the start', '#silent'],
		['after its acknowledgements', '#silent-after 2'],
		['but heartbeats', '#silent-after 2 #heartbeat'],
	])('is left after the timeout: %s', async (_when, directives) => {
		const { result, ms } = await timed(ask(`Hello ${directives}`));
		const error = failure(result);
		expect(error.message).toBe('The Cybertron server sent nothing more before it answered');
		expect(error.description).toContain('Timeout');
		expect(error.failure).toEqual({ cause: 'temporarily-unavailable' });
		expect(ms).toBeGreaterThanOrEqual(1000);
		expect(ms).toBeLessThan(3000);
	});

	it('in the middle of its answer leaves what it said, with a warning', async () => {
		const item = only(await ask('one two three four five #silent-after 4'));
		expect('You asked: one two three four five').toContain(item.answer);
		expect(item.answer).not.toBe('');
		expect(item.warning).toBe(
			'The server sent nothing more before the round had ended; the answer may be incomplete',
		);
	});

	it('is not left while it keeps talking, however slowly', async () => {
		expect(only(await ask('Hello #slow 400')).answer).toBe('You asked: Hello');
	});

	it('after a broken-off round is not sent the next message', async () => {
		const error = failure(await run('one two three #silent-after 4', { followUps: ['Next'] }));
		expect(error.message).toBe('The conversation broke off before all messages were sent');
		expect(error.context.data).toMatchObject({
			answer: expect.stringMatching(/^You said/) as string,
		});
		expect(simulator.received).toHaveLength(1);
	});
});

describe('a server that goes away', () => {
	it.each([
		[
			'closes before it says anything',
			'#close-after 0',
			'The Cybertron server closed the connection before it answered',
		],
		[
			'closes after its acknowledgements',
			'#close-after 2',
			'The Cybertron server closed the connection before it answered',
		],
		[
			'is cut',
			'#terminate-after 2',
			'The Cybertron server closed the connection before it answered',
		],
		[
			'is cut in the middle of a frame',
			'#half-after 2',
			'The Cybertron server closed the connection before it answered',
		],
	])('is a failure that says so when it %s', async (_how, directives, message) => {
		const { result, ms } = await timed(ask(`Hello ${directives}`));
		expect(failure(result).message).toBe(message);
		expect(ms).toBeLessThan(900);
	});

	it('tells how the server closed the connection', async () => {
		const error = failure(await ask('Hello #close-after 2 #close-code 1013'));
		expect(error.context.data).toMatchObject({ close_code: 1013 });
	});

	it.each(['#close-after 4', '#terminate-after 4', '#half-after 4', '#half-after 4 #stall'])(
		'leaves what it said, with a warning (%s)',
		async (directives) => {
			const item = only(await ask(`one two three four five ${directives}`));
			expect('You asked: one two three four five').toContain(item.answer);
			expect(item.warning).toMatch(/may be incomplete$/);
		},
	);

	it('after a round it fails the next one and keeps the answer of the first', async () => {
		const error = failure(await run('One #close-code 1000', { followUps: ['Two'] }));
		expect(error.message).toBe('The Cybertron server closed the connection before it answered');
		expect(error.context.data).toMatchObject({
			rounds: [
				{ answer: 'You said: One', waiting_input: true },
				{ question: 'Two', answer: '' },
			],
		});
	});

	it('after the last round is no failure', async () => {
		expect(only(await run('One #close-code 1000')).answer).toBe('You said: One');
	});
});

describe('what comes between the frames', () => {
	it.each(['#junk', '#invalid-json', '#binary', '#heartbeat', '#ping'])(
		'%s changes nothing',
		async (directive) => {
			expect(only(await ask(`Hello ${directive}`)).answer).toBe('You asked: Hello');
			expect(only(await run(`Hello ${directive}`))).toMatchObject({
				answer: 'You said: Hello',
				waiting_input: true,
			});
		},
	);

	it('pings are answered', async () => {
		only(await ask('Hello #ping'));
		expect(simulator.state.counters.pongs).toBeGreaterThan(0);
	});

	it('nothing but junk is silence', async () => {
		const { result, ms } = await timed(ask('Hello #junk #drop:none #silent-after 0'));
		failure(result);
		expect(ms).toBeLessThan(3000);
	});

	it('a frame of ten megabytes is taken', async () => {
		const item = only(await ask('Hello #giant 10', { timeout: 20 }));
		expect(item.answer).toBe('You asked: Hello');
		const [hit] = item.online_search as Array<{ body: string }>;
		expect(hit?.body).toHaveLength(10 * 1024 * 1024);
	});

	it('three thousand frames with a growing history are taken', async () => {
		const { result, ms } = await timed(run('Hello #big 3000 #history 20', { timeout: 20 }));
		const item = only(result);
		expect(item.answer).toMatch(/^word1 word2 .* word3000 $/);
		expect(ms).toBeLessThan(25_000);
	}, 40_000);
});

describe('frames out of order', () => {
	it.each(['#reorder', '#reorder 1', '#reorder 2', '#reorder 3'])(
		'%s ends in time and loses no text',
		async (directive) => {
			const plain = only(await ask(`The quick brown fox ${directive}`));
			expect(plain.answer).toBe('You asked: The quick brown fox');
			const streamed = only(await run(`The quick brown fox ${directive}`));
			expect(streamed.answer).toBe('You said: The quick brown fox');
			const flow = only(await run(directive, { debug: true }, { flowUuid: COLLECTION_FLOW }));
			for (const text of [/Hello, welcome/, /Please provide your name/]) {
				expect(flow.answer).toMatch(text);
			}
			expect(flow.waiting_input).toBe(true);
		},
	);
});

describe('a handshake', () => {
	it.each([
		['#status 503', 'The Cybertron server refused the WebSocket connection (HTTP 503)', '503', 3],
		['#status 404', 'The Cybertron server refused the WebSocket connection (HTTP 404)', '404', 1],
		['#status 401', 'The Cybertron server refused the WebSocket connection (HTTP 401)', '401', 1],
		['#reset', 'The Cybertron server closed the connection before it answered', null, 3],
		['#bad-accept', /Invalid Sec-WebSocket-Accept/, null, 1],
	])(
		'that is refused is a failure that says so (%s)',
		async (directives, message, httpCode, tries) => {
			simulator.faults.add({ on: 'upgrade', directives });
			const error = failure(await ask('Hello'));
			expect(error.message).toMatch(message);
			expect(error.httpCode).toBe(httpCode);
			expect(simulator.state.handshakes).toHaveLength(tries);
			expect(simulator.received).toEqual([]);
		},
	);

	it('that is refused for a moment is tried again: no message was sent yet', async () => {
		simulator.faults.add({ on: 'upgrade', directives: '#status 502', times: 2 });
		expect(only(await ask('Hello')).answer).toBe('You asked: Hello');
		expect(simulator.accepted.get('Hello')).toBe(1);
	});

	it('that is never answered is left after the timeout', async () => {
		simulator.faults.add({ on: 'upgrade', directives: '#stall' });
		const { result, ms } = await timed(ask('Hello'));
		expect(failure(result).message).toBe('The request to the Cybertron server timed out');
		expect(ms).toBeLessThan(2500);
	});

	it.each(['#junk', '#never-close'])(
		'is done although the server is odd (%s)',
		async (directives) => {
			simulator.faults.add({ on: 'upgrade', directives });
			const { result, ms } = await timed(ask('Hello'));
			expect(only(result).answer).toBe('You asked: Hello');
			expect(ms).toBeLessThan(1500);
		},
	);

	it('after which the server closes at once is a failure', async () => {
		simulator.faults.add({ on: 'upgrade', directives: '#close-after' });
		expect(failure(await ask('Hello')).message).toMatch(/closed the connection/);
	});
});

it('a message is never sent twice, whatever happens to its answer', async () => {
	for (const directives of ['#terminate-after 0', '#silent', '#close-after 1', '#half-after 1']) {
		await ask(`Once ${directives}`);
	}
	expect([...simulator.accepted.values()]).toEqual([1, 1, 1, 1]);
});

it.each(['whole', 'constructor', ''])(
	'an expression that gives no output mode (%p) fails before a message is sent',
	async (outputMode) => {
		const expression = `={{ ${JSON.stringify(outputMode)} }}`;
		const error = failure(await run('Hello', {}, { outputMode: expression }));
		expect(error.message).toBe(`There is no output mode "${outputMode}"`);
		expect(error.context.itemIndex).toBe(0);
		expect(simulator.received).toEqual([]);
	},
);
