// One measurement of row 3, in a process of its own; its argument is the number of events.
// `node`: what the Dify node does with a stream. `parser`: the same bytes through the same parser,
// every event through JSON.parse, and nothing done with it.
import { built } from './built';
import { watchResident } from './memory';
import { report, type StreamMeasurement } from './report';
import { sseSource } from './sse-source';

type ReadEvents = typeof import('../../../nodes/Dify/run/readEvents');
type Outputs = typeof import('../../../nodes/Dify/run/state/outputs');
type State = typeof import('../../../nodes/Dify/run/state/state');
type Sse = typeof import('../../../nodes/shared/sse');

const { readEvents } = built('nodes/Dify/run/readEvents') as ReadEvents;
const { aggregated } = built('nodes/Dify/run/state/outputs') as Outputs;
const { startState } = built('nodes/Dify/run/state/state') as State;
const { sseBatches } = built('nodes/shared/sse') as Sse;

type Source = ReturnType<typeof sseSource>;

/** Looking costs time: once for so many chunks of 64 KiB is enough. */
const LOOK_EVERY = 16;
/** Nothing is requested here. */
const NOBODY = {} as Parameters<ReadEvents['readEvents']>[1]['caller'];
const TIMEOUTS = { idleMs: 60_000, firstEventMs: 60_000 };

async function byNode({ stream }: Source, look: () => void): Promise<number> {
	const state = startState({ keep: 'aggregated' });
	const until = Date.now() + 600_000;
	let chunks = 0;
	const onText = async () => {
		if (++chunks % LOOK_EVERY === 0) look();
	};
	const end = await readEvents(
		{ status: 200, headers: {}, body: stream, close: () => undefined },
		{ caller: NOBODY, user: 'bench', state, timeouts: TIMEOUTS, until, onText },
	);
	const item = aggregated(state);
	if (end !== 'complete') throw new Error('The stream was not read to its end');
	return JSON.stringify(item).length;
}

async function byParser({ stream }: Source, look: () => void): Promise<number> {
	let seen = 0;
	let chunks = 0;
	for await (const batch of sseBatches(stream)) {
		for (const text of batch) {
			JSON.parse(text);
			seen += 1;
		}
		if (++chunks % LOOK_EVERY === 0) look();
	}
	return seen;
}

const WAYS = { node: byNode, parser: byParser };

async function measure(way: keyof typeof WAYS, events: number): Promise<StreamMeasurement> {
	const source = sseSource(events);
	const memory = watchResident();
	const busy = process.cpuUsage();
	const started = performance.now();
	const result = await WAYS[way](source, memory.look);
	const ms = performance.now() - started;
	const { user, system } = process.cpuUsage(busy);
	memory.look();
	return {
		ms,
		cpuMs: (user + system) / 1000,
		growth: memory.growth(),
		bytes: source.totalBytes,
		result,
	};
}

const way = process.argv[2] === 'parser' ? 'parser' : 'node';
report(measure(way, Number(process.argv[3])));
