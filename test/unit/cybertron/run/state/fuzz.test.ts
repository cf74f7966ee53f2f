import { share } from '../../../../support/share';
import { parseFrame, type Frame } from '../../../../../nodes/Cybertron/run/state/frame';
import { freshText, startCursor } from '../../../../../nodes/Cybertron/run/state/live';
import { aggregated, events, perNode } from '../../../../../nodes/Cybertron/run/state/outputs';
import { reduceFrame } from '../../../../../nodes/Cybertron/run/state/reduce';
import {
	roundText,
	startRound,
	type RoundState,
} from '../../../../../nodes/Cybertron/run/state/round';
import { isShown } from '../../../../../nodes/Cybertron/run/state/answer';
import threeRounds from '../../../../fixtures/cybertron/three-rounds.json';
import submitUpload from '../../../../fixtures/cybertron/submit-upload.json';
import { randomSource, type RandomSource } from '../../support/random';
import { ack, chunk, final, flow, fragment, taskAck, terminator } from '../../support/frames';

/** Repeat a run with `FUZZ_SEED=<the printed number>`. */
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
const CASES = share(12_000, 1_500);
const text = (frame: object) => JSON.stringify(frame);

const STORY = 'Once upon a time there was a robot that never lost a word of what it was told.';
const words: string[] = STORY.match(/\S+ ?/g) ?? [];

/** A node that streams, with each of the last chunks that servers may send. */
function streamed(last: 'piece' | 'full' | 'empty', node = 'llm1', story = words): object[] {
	const pieces = [...story];
	if (last === 'full') pieces.push(story.join(''));
	if (last === 'empty') pieces.push('');
	return pieces.map((piece, i) => chunk(i, piece, i === pieces.length - 1 ? 'y' : 'n', node));
}

const waiting = flow('002004', {
	node: 'llm1',
	answer: 'node_waiting_input',
	raw: { node_waiting_input: 1 },
});
const printed = [...threeRounds.rounds, ...submitUpload.rounds].map(({ server }) => server);
const plain = [...words.map((word, i) => fragment(i, word)), final(words.length, STORY)];
const plugin = { type: 'markdown', data: '| a | b |', description: 'A table of letters' };

/** Conversations as servers have them: the printed ones, and the kinds that the documents describe. */
const TRANSCRIPTS: string[][] = [
	...printed,
	[taskAck, ack(), ...plain].map(text),
	[ack(), { ...final(0, plugin, 'json'), finish: 'n' }, final(1, plugin, 'json')].map(text),
	...(['piece', 'full', 'empty'] as const).map((last) =>
		[taskAck, ack(), ...streamed(last), waiting, terminator].map(text),
	),
	// The same node twice, another one in between, and a whole answer after them.
	[
		...streamed('piece', 'llm1', words.slice(0, 5)),
		...streamed('full', 'llm2', words.slice(5, 9)),
		...streamed('piece', 'llm1', words.slice(9)),
		flow('000000', { node: 'end', answer: 'That was all.' }),
		flow('002001', { node: 'end', answer: 'flow_exit' }),
		terminator,
	].map(text),
];

type Change = (frames: string[], random: RandomSource) => string[];

/** What may happen to a transcript. */
const CHANGES: Record<string, Change> = {
	nothing: (frames) => frames,
	repeats: (frames, random) =>
		frames.flatMap((frame) => (random.chance(0.2) ? [frame, frame] : [frame])),
	'repeats that come late': (frames, random) => {
		const at = random.below(frames.length);
		return [...frames, ...frames.slice(at, at + random.below(4))];
	},
	'neighbours that change places': (frames, random) => {
		const changed = [...frames];
		for (let i = 1; i < changed.length; i++) {
			if (random.chance(0.3)) [changed[i - 1], changed[i]] = [changed[i]!, changed[i - 1]!];
		}
		return changed;
	},
	'any order': (frames, random) => random.shuffle(frames),
	'missing frames': (frames, random) => frames.filter(() => !random.chance(0.2)),
	'an early end': (frames, random) => frames.slice(0, random.below(frames.length + 1)),
	'a late start': (frames, random) => frames.slice(random.below(frames.length)),
	'frames that are cut': (frames, random) =>
		frames.map((frame) =>
			random.chance(0.2) ? frame.slice(0, random.below(frame.length)) : frame,
		),
	'frames of other transcripts': (frames, random) => {
		const other = random.pick(TRANSCRIPTS);
		return frames.flatMap((frame) => (random.chance(0.1) ? [frame, random.pick(other)] : [frame]));
	},
};

/** Changes after which only survival is asked for: the texts themselves may be gone. */
const SPOILERS: Record<string, Change> = {
	'values of other types': (frames, random) =>
		frames.map((frame) =>
			random.chance(0.5)
				? frame.replace(/:\s*("[^"]*"|\d+)/g, (value) =>
						random.chance(0.2)
							? `: ${random.pick(['null', '[]', '{}', '"x"', '-1', 'true'])}`
							: value,
					)
				: frame,
		),
	'letters of other frames': (frames, random) =>
		frames.map((frame) => {
			if (!random.chance(0.3)) return frame;
			const at = random.below(frame.length);
			return frame.slice(0, at) + random.pick(frames).slice(at, at + 5) + frame.slice(at + 5);
		}),
	'names that objects have': (frames, random) =>
		frames.map((frame) =>
			frame.replace(/"(type|code|index|node_type|cur_node_id)":\s*"?[^,"}]*"?/g, (field, name) =>
				random.chance(0.1)
					? `"${name}": "${random.pick(['constructor', '__proto__', 'toString', 'hasOwnProperty'])}"`
					: field,
			),
		),
};

/** What a user must see of a round, one way or the other. */
interface Shown {
	texts: string[];
	/** What a robot has said of an answer that is not complete: the complete one replaces it. */
	unfinished: string[];
}

function show(shown: Shown, frame: Frame): void {
	if (frame.kind === 'fragment') shown.unfinished.push(frame.text);
	if (frame.kind === 'answer') {
		shown.unfinished = [frame.text];
		if (frame.last) shown.texts.push(...shown.unfinished.splice(0));
	}
	if (frame.kind === 'flow' && frame.code === '000000' && isShown(frame.text)) {
		shown.texts.push(frame.text);
	}
}

interface Outcome {
	states: RoundState[];
	shown: Shown[];
	live: string[];
}

/** Plays frames into rounds that begin at random places. */
function play(frames: string[], random: RandomSource): Outcome {
	const states: RoundState[] = [];
	const shown: Shown[] = [];
	const live: string[] = [];
	let cursor = startCursor();
	const begin = () => {
		states.push(startRound({ keepEvents: true }));
		shown.push({ texts: [], unfinished: [] });
		live.push('');
		cursor = startCursor();
	};
	const finish = () => {
		const state = states.at(-1);
		if (state) live[live.length - 1] += freshText(state, cursor, true);
	};
	begin();
	for (const frameText of frames) {
		if (random.chance(0.02)) {
			finish();
			begin();
		}
		const frame = parseFrame(frameText);
		const state = states.at(-1);
		if (!frame || !state) continue;
		reduceFrame(state, frame);
		live[live.length - 1] += freshText(state, cursor);
		show(shown.at(-1)!, frame);
	}
	finish();
	return { states, shown, live };
}

/** Failures that the reducer may find in a transcript. */
const DOCUMENTED =
	/^(Cybertron answered with code|Cybertron reported system exception|Cybertron blocked|Cybertron is busy|Cybertron does not know this robot)/;

function checkSurvival({ states }: Outcome): void {
	const rounds = states.map((state) => ({ question: '', state }));
	expect(aggregated(rounds, 's').rounds).toHaveLength(rounds.length);
	perNode(rounds, 's');
	events(rounds);
	for (const { phase, error } of states) {
		expect(['open', 'ending', 'done']).toContain(phase);
		if (error) expect(error.message).toMatch(DOCUMENTED);
	}
}

function checkTexts({ states, shown, live }: Outcome): void {
	states.forEach((state, i) => {
		expect(state.error).toBeUndefined();
		const whole = roundText(state);
		const said = live[i] ?? '';
		const { texts, unfinished } = shown[i]!;
		for (const piece of [...texts, ...unfinished]) {
			if (!whole.includes(piece)) throw new Error(`"${piece}" is not in the answer "${whole}"`);
			if (!said.includes(piece)) throw new Error(`"${piece}" is not in the live text "${said}"`);
		}
	});
}

describe(`${CASES} conversations that went wrong (FUZZ_SEED=${SEED})`, () => {
	const random = randomSource(SEED);
	const cases = (
		changes: Record<string, Change>,
		check: (outcome: Outcome) => void,
		count: number,
	) =>
		it.each(Object.keys(changes))(
			`are survived: %s`,
			(name) => {
				for (let n = 0; n < count; n++) {
					const frames = random.pick(TRANSCRIPTS);
					const others = random.chance(0.3) ? random.pick(TRANSCRIPTS) : [];
					const change = changes[name]!;
					const changed = change([...frames, ...others], random);
					try {
						const outcome = play(changed, random);
						checkSurvival(outcome);
						check(outcome);
					} catch (error) {
						const message = error instanceof Error ? error.message : String(error);
						throw new Error(`${message}\ncase ${n}, frames:\n${changed.join('\n').slice(-3000)}`);
					}
				}
			},
			60_000,
		);

	const kinds = Object.keys(CHANGES).length + Object.keys(SPOILERS).length;
	const each = Math.ceil(CASES / kinds);
	describe('no text is lost that a later frame does not replace', () =>
		cases(CHANGES, checkTexts, each));
	describe('whatever the frames hold', () => cases(SPOILERS, () => {}, each));
});

it('an undisturbed transcript is put together exactly, and heard exactly', () => {
	const answers = TRANSCRIPTS.slice(printed.length).map((frames) => {
		const state = startRound();
		const cursor = startCursor();
		let live = '';
		for (const frame of frames) {
			reduceFrame(state, parseFrame(frame)!);
			live += freshText(state, cursor);
		}
		expect(live + freshText(state, cursor, true)).toBe(roundText(state));
		return roundText(state);
	});
	const three = [words.slice(0, 5), words.slice(5, 9), words.slice(9)].map((part) => part.join(''));
	expect(answers).toEqual([
		STORY,
		plugin.description,
		...[STORY, STORY, STORY],
		[...three, 'That was all.'].join('\n\n'),
	]);
});

it('the same seed makes the same conversations', () => {
	const numbers = (seed: number) => {
		const random = randomSource(seed);
		return Array.from({ length: 5 }, () => random.below(1000));
	};
	expect(numbers(1)).toEqual(numbers(1));
	expect(numbers(1)).not.toEqual(numbers(2));
});
