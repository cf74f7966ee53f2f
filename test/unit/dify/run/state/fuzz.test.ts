import assert from 'node:assert/strict';

import type { IDataObject } from 'n8n-workflow';

import { runError } from '../../../../../nodes/Dify/run/runError';
import { toEvent } from '../../../../../nodes/Dify/run/state/event';
import { aggregated, answerOf, events, perNode } from '../../../../../nodes/Dify/run/state/outputs';
import { readPhase } from '../../../../../nodes/Dify/run/state/readPhase';
import { reduceEvent } from '../../../../../nodes/Dify/run/state/reduce';
import { startState } from '../../../../../nodes/Dify/run/state/state';
import type { RunState } from '../../../../../nodes/Dify/run/state/state';
import { seededRandom } from '../../../../simulators/shared/prng';
import { share } from '../../../../support/share';
import { LIMITS } from './frames';

const SEED = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
const SEQUENCES = share(10_000, 1_500);

const EVENTS = [
	...['workflow_started', 'workflow_finished', 'workflow_paused', 'human_input_required'],
	...['human_input_form_filled', 'human_input_form_timeout', 'node_started', 'node_finished'],
	...['node_retry', 'iteration_started', 'iteration_next', 'iteration_completed', 'loop_started'],
	...['loop_next', 'loop_completed', 'message', 'message_replace', 'message_end', 'message_file'],
	...['agent_message', 'agent_thought', 'agent_log', 'reasoning_chunk', 'tts_message'],
	...['tts_message_end', 'warning', 'error', 'ping', 'text_chunk', 'future_event', 'toString'],
];
const STATUSES = ['succeeded', 'failed', 'stopped', 'partial-succeeded', 'running', 'exception'];
const TEXTS = ['', 'a', 'Hello', ' wörld', '<think>', '</think>', '<th', '\u2028', '👋'];
/** What no field should be, and one day will. */
const JUNK = [null, 7, true, '', 'x', [], {}, [null], { id: 1 }, [[]]];

function generator(random: () => number) {
	const below = (limit: number) => (random() * limit) | 0;
	const one = <T>(list: readonly T[]): T => list[below(list.length)] as T;
	const value = (usual: () => unknown) => (random() < 0.05 ? one(JUNK) : usual());
	const id = () => `n${below(4)}`;
	const fields: Record<string, () => unknown> = {
		id,
		node_id: id,
		node_type: () => one(['llm', 'answer', 'code', 'iteration', 'human-input']),
		status: () => one(STATUSES),
		error: () => one([null, '', 'broken']),
		reason: () => one(['initial', 'resumption', '', 'output_moderation']),
		outputs: () => one([null, {}, { answer: one(TEXTS) }, { answer: one(JUNK) }]),
		files: () => [{ id: id(), url: 'u' }],
		reasons: () => [{ TYPE: 'human_input_required', form_id: id(), node_id: id() }],
		form_id: id,
		form_token: () => one([null, 'token']),
		reasoning: () => one(TEXTS),
		execution_metadata: () => ({ iteration_index: below(3) }),
	};
	const data = (): IDataObject => {
		const names = Object.keys(fields).filter(() => random() < 0.5);
		return Object.fromEntries(
			names.map((name) => [name, value(fields[name] as () => unknown)]),
		) as IDataObject;
	};
	return (): IDataObject => ({
		event: one(EVENTS),
		task_id: value(() => 'task') as string,
		message_id: value(() => 'msg') as string,
		conversation_id: value(() => 'conv') as string,
		created_at: value(() => 1) as number,
		...(random() < 0.6 ? { workflow_run_id: value(() => 'run') as string } : {}),
		answer: value(() => one(TEXTS)) as string,
		from_variable_selector: value(() => one([null, [id(), 'text']])) as string[],
		metadata: value(() => ({ usage: {}, reasoning: { [id()]: one(TEXTS) } })) as IDataObject,
		files: value(() => [{ id: id() }]) as IDataObject[],
		audio: value(() => 'AAAA') as string,
		warning: value(() => 'old') as string,
		message: value(() => 'broken') as string,
		reason: value(() => one(['', 'output_moderation'])) as string,
		data: value(data) as IDataObject,
	});
}

/** Follows the changes as a caller who watches would. */
function follow(text: string, change: ReturnType<typeof reduceEvent>): string {
	if (!change) return text;
	return change.replaces ? change.text : text + change.text;
}

/** Plain assertions: `expect` would take ten times as long. */
function check(state: RunState, shown: string, frames: IDataObject[]): void {
	assert.equal(shown, state.answer, 'what was shown piece by piece is the answer');
	const item = aggregated(state);
	assert.equal(item.answer, answerOf(state));
	// With a gap in what was received, nothing is shown until the whole text is known.
	assert.ok(state.resumed || state.hasGap || shown === '' || answerOf(state).startsWith(shown));
	assert.ok(JSON.stringify(item).length > 0);
	assert.ok(!('error' in item));
	assert.equal(new Set(state.ended).size, state.ended.length, 'nothing ends twice');
	assert.ok(state.ended.every(({ ended }) => ended));
	for (const json of [...perNode(state), ...events(state)]) assert.equal(json.error ?? null, null);
	const real = frames.filter(({ event }) => event !== 'ping').length;
	if (state.events) assert.equal(state.events.length, real, 'every event is kept');
	const { name, forMs } = readPhase(state, LIMITS);
	assert.ok(name === 'done' || forMs > 0, 'every wait has an end');
	const error = runError(state, 'complete', 'conv');
	assert.ok(error === undefined || error.message.length > 0);
}

it(`keeps its promises for ${SEQUENCES} random sequences of events (FUZZ_SEED=${SEED})`, () => {
	console.log(`reducer fuzz: FUZZ_SEED=${SEED}`);
	const random = seededRandom(SEED);
	const next = generator(random);
	const keeps = ['aggregated', 'perNode', 'events'] as const;
	for (let sequence = 0; sequence < SEQUENCES; sequence++) {
		const options = {
			keep: keeps[sequence % 3],
			separateThinking: random() < 0.5,
			keepAudio: random() < 0.5,
		};
		const state = startState(options);
		const frames = Array.from({ length: Math.floor(random() * 30) }, next);
		let shown = '';
		try {
			for (const raw of frames) shown = follow(shown, reduceEvent(state, toEvent(raw)));
			check(state, shown, frames);
		} catch (error) {
			const where = `FUZZ_SEED=${SEED}, sequence ${sequence}: ${JSON.stringify(frames)}`;
			throw new Error(`${where}\n${String(error)}`);
		}
	}
}, 120_000);

it('leaves the events as they came, and makes the same of them every time', () => {
	const random = seededRandom(SEED);
	const next = generator(random);
	for (let sequence = 0; sequence < 500; sequence++) {
		const frames = Array.from({ length: 20 }, next);
		const before = JSON.stringify(frames);
		const items = [1, 2].map(() => {
			const state = startState({ keep: 'perNode' });
			for (const raw of frames) reduceEvent(state, toEvent(raw));
			return JSON.stringify([aggregated(state), perNode(state)]);
		});
		assert.equal(items[1], items[0]);
		assert.equal(JSON.stringify(frames), before);
	}
});
