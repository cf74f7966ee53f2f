import type { IDataObject } from 'n8n-workflow';

import type { ReadTimeouts } from '../../../../nodes/Dify/run/state/readPhase';
import { startState } from '../../../../nodes/Dify/run/state/state';
import type { TextChange } from '../../../../nodes/Dify/run/state/state';
import type { Caller } from '../../../../nodes/shared/client';
import { readEvents } from '../../../../nodes/Dify/run/readEvents';
import type { RunReader } from '../../../../nodes/Dify/run/readEvents';
import {
	finished,
	message,
	messageEnd,
	paused,
	reduceAll,
	replaced,
	started,
	workerError,
} from './state/frames';

/** One step of a server: bytes, a pause in milliseconds, a broken connection, or staying open. */
type Step = IDataObject | IDataObject[] | string | number | Error | 'open';

const bytes = (step: IDataObject | IDataObject[] | string) =>
	Buffer.from(
		typeof step === 'string'
			? step
			: [step]
					.flat()
					.map((event) => `data: ${JSON.stringify(event)}\n\n`)
					.join(''),
	);

/** A connection that does what it is told, until it is closed. */
function connection(steps: Step[]) {
	let closed = 0;
	let cut = () => {};
	const over = new Promise<never>((_resolve, reject) => {
		cut = () => reject(new Error('aborted'));
	});
	over.catch(() => {});
	async function* chunks(): AsyncGenerator<Uint8Array> {
		for (const step of steps) {
			if (step === 'open') await over;
			else if (step instanceof Error) throw step;
			else if (typeof step === 'number') {
				await Promise.race([over, new Promise((resolve) => setTimeout(resolve, step))]);
			} else yield bytes(step);
		}
	}
	const response = {
		status: 200,
		headers: {},
		body: Object.assign(chunks(), { destroy: () => undefined }),
		close: () => {
			closed += 1;
			cut();
		},
	};
	return { response, closed: () => closed };
}

/** Nothing is requested here. */
const NOBODY = {} as Caller;

const PING = 'event: ping\n\n';
const SOON: ReadTimeouts = { idleMs: 150, firstEventMs: 150 };

async function read(steps: Step[], more: Partial<RunReader> = {}) {
	const { response, closed } = connection(steps);
	const changes: TextChange[] = [];
	const state = startState();
	const begin = Date.now();
	const end = await readEvents(response, {
		caller: NOBODY,
		user: 'ann',
		state,
		timeouts: { idleMs: 10_000, firstEventMs: 10_000 },
		until: Date.now() + 20_000,
		onText: async (change) => {
			changes.push({ ...change });
		},
		...more,
	});
	return { end, state, changes, took: Date.now() - begin, closed: closed() };
}

const run = [started(), message('Hi'), messageEnd(), finished('succeeded')];

describe('the end of reading', () => {
	it.each<[string, Step[], unknown]>([
		['everything has arrived', [run, 'open'], 'complete'],
		['an error has arrived', [workerError('x'), 'open'], 'complete'],
		['a pause has arrived', [started(), paused(), 'open'], 'complete'],
		['the server closes in good time', [run], 'complete'],
		['the server closes too early', [started(), message('Hi')], 'closed'],
		['the server closes without a word', [PING], 'closed'],
		['the connection breaks', [started(), new Error('reset')], { broken: expect.any(String) }],
	])('comes when %s', async (_name, steps, end) => {
		const result = await read(steps);
		expect(result.end).toEqual(end);
		expect(result.took).toBeLessThan(1_000);
		expect(result.closed).toBeGreaterThan(0);
	});

	it('comes after silence, but not while pings come', async () => {
		const silent = await read([started(), 'open'], { timeouts: SOON });
		expect(silent.end).toBe('timedOut');
		const pinged = await read([started(), 100, PING, 100, PING, 100, run], { timeouts: SOON });
		expect(pinged.end).toBe('complete');
	});

	it('may take longer before the first event than after it', async () => {
		const timeouts = { idleMs: 100, firstEventMs: 500 };
		expect((await read([PING, 250, run], { timeouts })).end).toBe('complete');
		expect((await read([PING, started(), 250, run], { timeouts })).end).toBe('timedOut');
		expect((await read([PING, 'open'], { timeouts })).end).toBe('timedOut');
	});

	it('comes at the latest moment, however lively the stream is', async () => {
		const pings = Array.from({ length: 100 }, (): Step[] => [20, PING]).flat();
		const { end, took } = await read([started(), ...pings], { until: Date.now() + 200 });
		expect(end).toBe('overdue');
		expect(took).toBeLessThan(1_000);
	});

	it.each<[string, Step[], number]>([
		['1 s after a reply without a workflow', [message('Hi', null), messageEnd(), 'open'], 1_000],
		[
			'2 s after a failed run, in which an error may follow',
			[started(), finished('failed'), 'open'],
			2_000,
		],
	])('comes %s', async (_name, steps, ms) => {
		const { end, took } = await read(steps);
		expect(end).toBe('complete');
		expect(took).toBeGreaterThanOrEqual(ms - 50);
		expect(took).toBeLessThan(ms + 800);
	});

	it('is not put off by pings once a grace runs', async () => {
		const pings = Array.from({ length: 200 }, (): Step[] => [20, PING]).flat();
		const { end, took } = await read([message('Hi', null), messageEnd(), ...pings]);
		expect(end).toBe('complete');
		expect(took).toBeLessThan(1_800);
	});
});

describe('a pause that may be over', () => {
	const timeouts = { idleMs: 10_000, firstEventMs: 10_000, pauseMs: 400 };
	const resumed = [
		started({ reason: 'resumption' }),
		message('Done'),
		messageEnd(),
		finished('succeeded'),
	];

	it('is waited for', async () => {
		const { state, end } = await read([started(), paused(), 100, ...resumed], { timeouts });
		expect(end).toBe('complete');
		expect(state.paused).toBeUndefined();
		expect(state.answer).toBe('Done');
	});

	it('is the end when a form really waits', async () => {
		const { state, took } = await read([started(), paused(), 'open'], {
			timeouts: { ...timeouts, pauseMs: 10_000 },
			reallyPaused: async () => true,
		});
		expect(state.paused).toBeDefined();
		expect(took).toBeLessThan(1_000);
	});

	it('is the end after its time', async () => {
		const { state, took } = await read([started(), paused(), 'open'], { timeouts });
		expect(state.paused).toBeDefined();
		expect(took).toBeGreaterThanOrEqual(350);
	});

	it('does not cut off a run that goes on while the form is asked for', async () => {
		const slow = async () => {
			await new Promise((resolve) => setTimeout(resolve, 200));
			return true;
		};
		const { state } = await read(
			[started(), paused(), 50, started({ reason: 'resumption' }), 300, ...resumed],
			{ timeouts, reallyPaused: slow },
		);
		expect(state.answer).toBe('Done');
	});
});

describe('what is passed on', () => {
	it('is one change for each chunk, as it arrives', async () => {
		const { changes } = await read([
			[started(), message('a'), message('b')],
			[message('c'), replaced('[x]'), message('d')],
			run.slice(2),
		]);
		expect(changes).toEqual([
			{ text: 'ab', replaces: false },
			{ text: '[x]d', replaces: true },
		]);
	});

	it('ends with the event after which nothing is to be expected', async () => {
		const { state } = await read([[...run, message(' and more')]]);
		expect(state.answer).toBe('Hi');
	});

	it('is everything, whatever the last line lacks', async () => {
		const { state, end } = await read([bytes(run).toString().trimEnd()]);
		expect(end).toBe('complete');
		expect(state.answer).toBe(reduceAll(run).answer);
	});
});

describe('a stream that is larger than allowed', () => {
	it.each([
		['bytes', { bytes: 2_000, events: 1_000 }],
		['events that become items', { bytes: 1_000_000, events: 20 }],
	])('ends with too many %s, and keeps the text', async (_what, limits) => {
		const { response, closed } = connection([started(), ...Array<Step>(500).fill(message('a'))]);
		const state = startState({ keep: 'events' });
		const reader: RunReader = {
			caller: NOBODY,
			user: 'ann',
			state,
			timeouts: SOON,
			until: Date.now() + 20_000,
			onText: async () => {},
		};
		expect(await readEvents(response, reader, limits)).toBe('tooLarge');
		expect(state.answer).toMatch(/^a{5,50}$/);
		expect(closed()).toBeGreaterThan(0);
	});
});
