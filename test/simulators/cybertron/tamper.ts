import type { Directives } from './directives';
import { errorFrame, pongFrame } from './frames';
import type { FrameStep, Step, Steps } from './steps';

/**
 * Rewrites a round on its way out, as directives ask: missing, doubled and swapped frames, rubbish
 * in between, silence, and connections that end too early. Lazily, so that rounds of any size pass.
 */
export function tamper(steps: Steps, directives: Directives): Steps {
	let result = steps;
	for (const rewrite of REWRITES) result = rewrite(result, directives) ?? result;
	return result;
}

/** Rewrites a round, or returns undefined when its directives are absent. */
type Rewrite = (steps: Steps, directives: Directives) => Steps | undefined;

/** In this order: what the frames say, which frames there are, what is between them, the end. */
const REWRITES: Rewrite[] = [
	dropCodes,
	spellCodes,
	lateError,
	giantFrame,
	unknownFrames,
	duplicate,
	reorder,
	rubbish,
	pings,
	slow,
	endEarly,
	closeAfterwards,
];

function* mapFrames(steps: Steps, change: (frame: FrameStep, n: number) => Iterable<Step>): Steps {
	let n = 0;
	for (const step of steps) {
		if (step.do === 'frame') yield* change(step, n++);
		else yield step;
	}
}

/** `drop:002004,002005` leaves out frames by their data.code; waiting-flag implies it. */
function dropCodes(steps: Steps, directives: Directives): Steps | undefined {
	const implied = directives.has('waiting-flag') ? '002004,002005' : undefined;
	const codes = (directives.value('drop') ?? implied)?.split(',');
	return codes && mapFrames(steps, (f) => (f.code && codes.includes(f.code) ? [] : [f]));
}

/** Codes without leading zeros, as text or as numbers. */
function spellCodes(steps: Steps, directives: Directives): Steps | undefined {
	const asNumbers = directives.has('numeric-codes');
	if (!asNumbers && !directives.has('zero-stripped')) return undefined;
	const quote = asNumbers ? '' : '"';
	return mapFrames(steps, (frame) => {
		const text = frame.text.replace(
			/"code":"0*(\d+)"/g,
			(_, digits: string) => `"code":${quote}${digits}${quote}`,
		);
		return [{ ...frame, text }];
	});
}

/** A protocol error in the place of the last frame. */
function lateError(steps: Steps, directives: Directives): Steps | undefined {
	const code = directives.value('late-error');
	if (code === undefined) return undefined;
	return (function* () {
		let held: Step | undefined;
		for (const step of steps) {
			if (held) yield held;
			held = step;
		}
		yield errorFrame(code, 'Internal server error');
	})();
}

/** One more frame of N megabytes before the last one (up to 10 MB are usual). */
function giantFrame(steps: Steps, directives: Directives): Steps | undefined {
	const megabytes = directives.number('giant');
	if (megabytes === undefined) return undefined;
	const body = 'x'.repeat(megabytes * 1024 * 1024);
	const answer = { title: 'giant', href: 'https://search.example/giant', body };
	const text = JSON.stringify({
		code: '000000',
		message: 'success',
		type: 'online_search',
		index: -3,
		data: { index: 0, type: 'online_search', answer },
		finish: 'n',
	});
	return beforeLast(steps, { do: 'frame', index: -3, text });
}

function* beforeLast(steps: Steps, extra: Step): Steps {
	let held: Step | undefined;
	for (const step of steps) {
		if (held) yield held;
		held = step;
	}
	yield extra;
	if (held) yield held;
}

/** Frames no document explains: another index and type, and another flow code. */
function unknownFrames(steps: Steps, directives: Directives): Steps | undefined {
	if (!directives.has('unknown')) return undefined;
	const base = { code: '000000', message: 'success' };
	const plain = { ...base, type: 'mystery', index: -5, data: { note: 'unknown' } };
	const data = { code: '002012', answer: 'mystery', content_type: 'text' };
	const flow = { ...base, type: 'flow', index: 0, data, finish: 'y' };
	const withPlain = beforeLast(steps, { do: 'frame', index: -5, text: JSON.stringify(plain) });
	return beforeLast(withPlain, { do: 'frame', code: '002012', text: JSON.stringify(flow) });
}

/** Every frame twice, or only the n-th (from 1). */
function duplicate(steps: Steps, directives: Directives): Steps | undefined {
	const only = directives.number('duplicate');
	if (only === undefined) return undefined;
	return mapFrames(steps, (f, n) => (only === 0 || only === n + 1 ? [f, f] : [f]));
}

/** Neighbouring frames change places: all pairs after the acknowledgements, or the n-th one. */
function reorder(steps: Steps, directives: Directives): Steps | undefined {
	const only = directives.number('reorder');
	if (only === undefined) return undefined;
	return (function* () {
		let held: Step | undefined;
		let pair = 0;
		for (const step of steps) {
			const isAck = step.do !== 'frame' || (step.index ?? 0) < 0;
			if (isAck) {
				yield step;
			} else if (held) {
				pair += 1;
				yield* only === 0 || only === pair ? [step, held] : [held, step];
				held = undefined;
			} else {
				held = step;
			}
		}
		if (held) yield held;
	})();
}

/** Messages that are no frames, before every frame: junk text, broken JSON, binary. */
function rubbish(steps: Steps, directives: Directives): Steps | undefined {
	const extras: Step[] = [];
	if (directives.has('junk')) extras.push({ do: 'text', text: 'ok' }, { do: 'text', text: '[]' });
	if (directives.has('invalid-json')) extras.push({ do: 'text', text: '{"code":"000000","da' });
	if (directives.has('heartbeat')) extras.push({ do: 'text', text: pongFrame().text });
	if (directives.has('binary')) extras.push({ do: 'binary', bytes: Buffer.from([0, 255, 1, 2]) });
	return extras.length > 0 ? mapFrames(steps, (frame) => [...extras, frame]) : undefined;
}

/** A ping before every frame. */
function pings(steps: Steps, directives: Directives): Steps | undefined {
	if (!directives.has('ping')) return undefined;
	return mapFrames(steps, (frame) => [{ do: 'ping' }, frame]);
}

/** Milliseconds before every frame, and before the first one. */
function slow(steps: Steps, directives: Directives): Steps | undefined {
	const ms = directives.number('slow');
	const delay = directives.number('delay');
	if (ms === undefined && delay === undefined) return undefined;
	return mapFrames(steps, (frame, n) => {
		const wait = (ms ?? 0) + (n === 0 ? (delay ?? 0) : 0);
		return wait > 0 ? [{ do: 'wait', ms: wait }, frame] : [frame];
	});
}

/** The first part of a text frame that announces more bytes than will come. */
const HALF_FRAME = Buffer.concat([
	Buffer.from([0x81, 0x7e, 0x04, 0x00]),
	Buffer.from('{"code":"00'),
]);

const EARLY_ENDS = {
	'silent-after': [{ do: 'stop' }],
	'close-after': [{ do: 'close', code: 1000, reason: '' }, { do: 'stop' }],
	'terminate-after': [{ do: 'terminate' }],
	'half-after': [{ do: 'raw', bytes: HALF_FRAME }, { do: 'terminate' }],
} as const satisfies Record<string, readonly Step[]>;

/**
 * The round ends after n frames: in silence, cleanly, abruptly, or in the middle of a frame (with
 * `stall` the connection then stays open).
 */
function endEarly(steps: Steps, directives: Directives): Steps | undefined {
	if (directives.has('silent')) return [];
	const names = Object.keys(EARLY_ENDS) as Array<keyof typeof EARLY_ENDS>;
	const name = names.find((one) => directives.has(one));
	if (!name) return undefined;
	const limit = directives.number(name) ?? 0;
	return (function* () {
		let n = 0;
		for (const step of steps) {
			if (n >= limit) break;
			if (step.do === 'frame') n += 1;
			yield step;
		}
		const code = directives.number('close-code');
		for (const step of EARLY_ENDS[name]) {
			if (step.do === 'terminate' && directives.has('stall')) return;
			yield step.do === 'close' && code !== undefined ? { ...step, code } : step;
		}
	})();
}

/** `close-code` alone: the whole round, then a close frame. */
function closeAfterwards(steps: Steps, directives: Directives): Steps | undefined {
	const code = directives.number('close-code');
	if (code === undefined || directives.has('close-after')) return undefined;
	return (function* () {
		yield* steps;
		yield { do: 'close', code, reason: 'closed by the simulator' } satisfies Step;
	})();
}
