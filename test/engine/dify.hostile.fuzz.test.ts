import { seededRandom } from '../simulators/shared/prng';
import { blocked } from '../support/blocked';
import type { PlainServer } from '../support/dify/plainServer';
import { json, startPlainServer } from '../support/dify/plainServer';
import { share } from '../support/share';

const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000);
const ANSWERS = share(2_000, 60);
const MAX_BYTES = 256 * 1024;
const random = seededRandom(SEED);

let server: PlainServer;
beforeAll(async () => {
	server = await startPlainServer();
});
afterAll(async () => await server.close());

const upTo = (count: number) => Math.floor(random() * count);
const oneOf = <T>(list: readonly T[]): T => list[upTo(list.length)] as T;

/** What has held up programs that read it. */
const PIECES = [
	...[
		'<',
		'![',
		'](',
		' ',
		'\t',
		'\r',
		'\n',
		'\\',
		'"',
		'?',
		'#',
		'&quot;',
		'%25',
		'<think>',
		'</think>',
	],
	...[
		'app-plain',
		'app-',
		'[',
		'{',
		'{"a":',
		'}',
		']',
		'1858406156273270784',
		'\u0000',
		'ü',
		'😀',
		',',
	],
];
const NAMES = [
	...[
		'message',
		'agent_message',
		'message_end',
		'message_replace',
		'message_file',
		'agent_thought',
	],
	...['workflow_started', 'workflow_finished', 'workflow_paused', 'node_started', 'node_finished'],
	...['node_retry', 'loop_started', 'loop_completed', 'human_input_required', 'reasoning_chunk'],
	...['human_input_form_filled', 'text_chunk', 'warning', 'ping', 'constructor', '__proto__'],
];
const WORDS = ['a', 'n', '__proto__', 'constructor', '', 'failed', 'succeeded', 'app-plain'];

function text(): string {
	return oneOf(PIECES).repeat(upTo(random() < 0.05 ? 50_000 : 5)) + oneOf(PIECES);
}

function value(depth = 0): unknown {
	const kind = upTo(depth > 4 ? 4 : 6);
	if (kind === 0) return text();
	if (kind === 1) return oneOf(WORDS);
	if (kind === 2) return oneOf([null, true, 0, -1, 1e300, upTo(1000)]);
	if (kind === 3) return String(upTo(10_000));
	if (kind === 4) return Array.from({ length: upTo(5) }, () => value(depth + 1));
	return Object.fromEntries(
		Array.from({ length: upTo(5) }, () => [oneOf(WORDS), value(depth + 1)]),
	);
}

const FIELDS = [
	'answer',
	'files',
	'metadata',
	'id',
	'message',
	'code',
	'data',
	'from_variable_selector',
	'url',
];

function event(): string {
	const node = {
		id: `e${upTo(500)}`,
		node_id: `n${upTo(50)}`,
		status: oneOf(WORDS),
		[String(upTo(99))]: value(),
	};
	const fields = Object.fromEntries(
		Array.from({ length: upTo(4) }, () => [oneOf(FIELDS), value()]),
	);
	return `data: ${JSON.stringify({ event: oneOf(NAMES), message_id: 'm', data: node, ...fields })}\n\n`;
}

function body(): string {
	const kind = upTo(4);
	const make = kind === 0 ? text : kind === 1 ? () => JSON.stringify(value()) : event;
	const goal = upTo(MAX_BYTES);
	let made = '';
	while (made.length < goal) made += make();
	return made.slice(0, MAX_BYTES);
}

it(`${ANSWERS} hostile answers hold up nothing, and end in words (FUZZ_SEED=${SEED})`, async () => {
	let longest = 0;
	for (let i = 0; i < ANSWERS; i++) {
		const bytes = Buffer.from(body());
		const status = oneOf([200, 200, 200, 200, 400, 500, 502]);
		const type = oneOf(['text/event-stream', 'text/event-stream', 'application/json', 'text/html']);
		server.answer((request, response) => {
			if (request.method === 'GET') return json(response, {}, 404);
			response.writeHead(status, { 'content-type': type });
			response.end(bytes);
		});
		const outputMode = oneOf(['aggregated', 'perNode', 'events']);
		const options = { timeout: 2, maxWait: 4, separateReasoning: random() < 0.5 };
		const { result, blockedMs } = await blocked(
			async () => await server.run('chat.send', { query: 'q', user: 'u', outputMode, options }),
		);
		longest = Math.max(longest, blockedMs);
		expect(result.error?.message ?? '').not.toMatch(
			/call stack|undefined|is not a function|Cannot read/,
		);
		expect(JSON.stringify([result.error?.message, result.error?.description])).not.toContain(
			'app-plain',
		);
		if (outputMode !== 'events') expect(JSON.stringify(result.json)).not.toContain('app-plain');
	}
	// A quarter of a megabyte takes some milliseconds; the rest is what a busy machine needs.
	expect(longest).toBeLessThan(1_500);
}, 1_200_000);
