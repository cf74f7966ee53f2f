import assert from 'node:assert/strict';

import { sseBatches } from '../../../nodes/shared/sse';
import { seededRandom } from '../../simulators/shared/prng';
import { blocked } from '../../support/blocked';

async function* pieces(bytes: Buffer, cuts: number[]): AsyncGenerator<Uint8Array> {
	let from = 0;
	for (const cut of [...cuts, bytes.length]) {
		yield bytes.subarray(from, cut);
		from = cut;
	}
}

async function read(bytes: Buffer, cuts: number[] = []): Promise<string[]> {
	const messages: string[] = [];
	for await (const batch of sseBatches(pieces(bytes, cuts))) messages.push(...batch);
	return messages;
}

const TEXTS = [
	'Grüße',
	'你好，世界',
	'👋🏽👩‍👩‍👧',
	'line\u2028separator\u2029here',
	'a: b',
	'  blanks  ',
	'',
];
const data = TEXTS.map((answer) => JSON.stringify({ event: 'message', answer }));

/** Everything that servers put between two messages. */
const NOISE = [
	'event: ping\n\n',
	': a comment\n\n',
	'id: 77\n',
	'retry: 5000\n',
	'event: message\n',
	'data\n\n',
	':\n',
	'unknown: field\n',
	'\n',
];

function transcript(end: string, finalBreak: boolean): Buffer {
	const blocks = data.map((json, i) => `${NOISE[i % NOISE.length]}data: ${json}\n\n`);
	const text = ['\ufeff', ...NOISE, ...blocks].join('').replaceAll('\n', end);
	return Buffer.from(finalBreak ? text : text.replace(/[\r\n]+$/, ''));
}

/** `data` alone is a message without text; the reader of events passes it over. */
const real = (messages: string[]) => messages.filter((message) => message !== '');

describe.each([
	['line feeds', '\n'],
	['carriage returns and line feeds', '\r\n'],
	['carriage returns', '\r'],
])('a stream with %s', (_name, end) => {
	it.each([
		['with its last blank line', true],
		['without its last line break', false],
	])('is the same at every cut between two bytes, %s', async (_case, finalBreak) => {
		const bytes = transcript(end, finalBreak);
		for (let cut = 0; cut <= bytes.length; cut++) {
			assert.deepEqual(real(await read(bytes, [cut])), data, `cut at byte ${cut}`);
		}
	});

	it('is the same when every byte comes alone', async () => {
		const bytes = transcript(end, false);
		const everywhere = Array.from({ length: bytes.length }, (_, i) => i);
		expect(real(await read(bytes, everywhere))).toEqual(data);
	});
});

const SEED = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));

it(`is the same for random cuts of random transcripts (FUZZ_SEED=${SEED})`, async () => {
	console.log(`stream fuzz: FUZZ_SEED=${SEED}`);
	const random = seededRandom(SEED);
	const below = (limit: number) => Math.floor(random() * limit);
	for (let round = 0; round < 2_000; round++) {
		const end = ['\n', '\r\n'][below(2)] ?? '\n';
		const expected: string[] = [];
		let text = '';
		for (let block = below(8); block > 0; block--) {
			const message = data[below(data.length)] ?? '';
			text += `${NOISE[below(NOISE.length)]}data: ${message}\n\n`;
			expected.push(message);
		}
		const bytes = Buffer.from(text.replaceAll('\n', end));
		const cuts = Array.from({ length: below(10) }, () => below(bytes.length + 1));
		const messages = await read(
			bytes,
			cuts.sort((a, b) => a - b),
		);
		assert.deepEqual(real(messages), expected, `FUZZ_SEED=${SEED}, round ${round}`);
	}
}, 60_000);

describe('what a chunk gives', () => {
	it('is one batch, empty for a ping: it is a sign of life without a message', async () => {
		const chunks = ['event: ping\n\n', 'data: 1\n\ndata: 2\n\ndata', ': 3\n', '\n'];
		const source = (async function* () {
			for (const chunk of chunks) yield Buffer.from(chunk);
		})();
		const batches: string[][] = [];
		for await (const batch of sseBatches(source)) batches.push(batch);
		expect(batches).toEqual([[], ['1', '2'], [], ['3'], []]);
	});

	it('is several lines of data joined by a line break', async () => {
		expect(await read(Buffer.from('data: {\ndata: "a": 1}\n\n'))).toEqual(['{\n"a": 1}']);
	});

	it('may be bytes that are no UTF-8: they become replacement characters', async () => {
		const bytes = Buffer.concat([
			Buffer.from('data: a'),
			Buffer.from([0xff]),
			Buffer.from('b\n\n'),
		]);
		expect(await read(bytes)).toEqual(['a\ufffdb']);
	});
});

describe('a huge message', () => {
	it('of many megabytes is read in small chunks without growing slow', async () => {
		const text = 'x'.repeat(24 * 1024 * 1024);
		const bytes = Buffer.from(`data: ${text}\n\ndata: after\n\n`);
		const cuts = Array.from({ length: Math.floor(bytes.length / 16_384) }, (_, i) => i * 16_384);
		const begin = performance.now();
		const messages = await read(bytes, cuts);
		expect(messages.map(({ length }) => length)).toEqual([text.length, 5]);
		expect(performance.now() - begin).toBeLessThan(10_000);
	});

	it('without an end is given up instead of filling the memory', async () => {
		const chunk = Buffer.alloc(8 * 1024 * 1024, 'x');
		const endless = (async function* () {
			yield Buffer.from('data: ');
			for (;;) yield chunk;
		})();
		const reading = async () => {
			for await (const batch of sseBatches(endless)) expect(batch).toEqual([]);
		};
		await expect(reading()).rejects.toThrow(/more than 128 MB/);
	});
});

it.each(['x\n', 'x: y\n', 'retry: x\n', '\r', ':\n'])(
	'a megabyte of %j lets others have their turn',
	async (line) => {
		const bytes = Buffer.from(
			`${line.repeat(Math.floor((1024 * 1024) / line.length))}\ndata: a\n\n`,
		);
		const { result, blockedMs } = await blocked(async () => await read(bytes));
		expect(result).toEqual(['a']);
		expect(blockedMs).toBeLessThan(500);
	},
	60_000,
);
