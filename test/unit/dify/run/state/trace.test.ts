import type { IDataObject } from 'n8n-workflow';

import { events, perNode } from '../../../../../nodes/Dify/run/state/outputs';
import {
	finished,
	FORM,
	formRequired,
	frame,
	itemOf,
	message,
	messageEnd,
	nested,
	nodeFinished,
	nodeStarted,
	paused,
	reduceAll,
	replaced,
	started,
} from './frames';

const nodesOf = (frames: IDataObject[]) => perNode(reduceAll(frames, { keep: 'perNode' }));
const brief = (frames: IDataObject[]) =>
	nodesOf(frames).map(({ id, answer, status }) => `${id}: ${answer} (${status})`);
const traceOf = (frames: IDataObject[]) => itemOf(frames).nodes as IDataObject[];

const container = (event: string, id: string, data: IDataObject = {}) =>
	nested(event, { id, node_id: id, node_type: event.split('_')[0], title: id, ...data });

describe('an item per node', () => {
	it('is the data of node_finished with the text that the node streamed and the ids', () => {
		const [item] = nodesOf([nodeStarted('llm'), message('Hello'), nodeFinished('llm')]);
		expect(item).toEqual({
			...(nodeFinished('llm').data as IDataObject),
			answer: 'Hello',
			conversation_id: 'conv',
			message_id: 'msg',
			task_id: 'task',
			workflow_run_id: 'run',
		});
	});

	it('comes in the order in which the nodes ended', () => {
		const frames = [nodeStarted('a'), nodeStarted('b'), nodeFinished('b'), nodeFinished('a')];
		expect(nodesOf(frames).map(({ id }) => id)).toEqual(['b', 'a']);
	});

	it('does not call the failure of a node `error`, or Retry On Fail would send the message again', () => {
		const [item] = nodesOf([nodeFinished('a', { status: 'exception', error: 'Refused' })]);
		expect(item).toMatchObject({ status: 'exception', node_error: 'Refused' });
		expect(item).not.toHaveProperty('error');
		const [empty] = nodesOf([nodeFinished('a', { error: '' })]);
		expect(empty).not.toHaveProperty('error');
		const [event] = events(reduceAll([{ event: 'x', error: 'odd' }], { keep: 'events' }));
		expect(event).toEqual({ event: 'x', event_error: 'odd' });
	});

	it('keys the passes of a parallel iteration by data.id, not by node_id', () => {
		const pass = (id: string, index: number) => ({
			id,
			node_id: 'code',
			iteration_id: 'iter',
			execution_metadata: { iteration_index: index, parallel_mode_run_id: `p${index}` },
		});
		const frames = [
			container('iteration_started', 'iter'),
			nested('node_started', pass('one', 0)),
			nested('node_started', pass('two', 1)),
			nested('node_finished', { ...pass('two', 1), status: 'succeeded' }),
			nested('node_finished', { ...pass('one', 0), status: 'succeeded' }),
			container('iteration_completed', 'iter', { status: 'succeeded', error: null, steps: 2 }),
		];
		expect(nodesOf(frames).map(({ id }) => id)).toEqual(['two', 'one', 'iter']);
		expect(traceOf(frames)).toMatchObject([
			{ id: 'two', iteration_index: 1, parallel_mode_run_id: 'p1' },
			{ id: 'one', iteration_index: 0, parallel_mode_run_id: 'p0' },
			{ id: 'iter', node_type: 'iteration', status: 'succeeded' },
		]);
	});

	it('counts an iteration inside of a loop once per pass, although its id is always its node', () => {
		const pass = [
			container('iteration_started', 'iter'),
			container('iteration_completed', 'iter', { status: 'succeeded' }),
		];
		const frames = [
			container('loop_started', 'loop'),
			...pass,
			...pass,
			container('loop_completed', 'loop', { status: 'succeeded' }),
		];
		expect(nodesOf(frames).map(({ id }) => id)).toEqual(['iter', 'iter', 'loop']);
	});

	it('takes the status of a container, whose error is always null', () => {
		const frames = [container('loop_completed', 'loop', { status: 'failed', error: null })];
		expect(nodesOf(frames)).toMatchObject([{ status: 'failed', error: null }]);
	});

	it('counts the retries of a node with the node', () => {
		const retry = nested('node_retry', { id: 'a', node_id: 'a', status: 'retry', retry_index: 1 });
		const frames = [nodeStarted('a'), retry, retry, nodeFinished('a')];
		expect(nodesOf(frames)).toMatchObject([{ id: 'a', status: 'succeeded', retries: 2 }]);
		expect(traceOf(frames)).toMatchObject([{ id: 'a', retries: 2 }]);
	});

	it('survives replays without inputs and outputs', () => {
		const stripped = { outputs: null, inputs: null, outputs_truncated: true };
		const frames = [
			nodeStarted('a'),
			nodeFinished('a', { inputs: { x: 1 }, outputs_truncated: false }),
			nodeStarted('a', { inputs: null }),
			nodeFinished('a', stripped),
		];
		expect(nodesOf(frames)).toMatchObject([
			{ inputs: { x: 1 }, outputs: { text: 'x' }, outputs_truncated: false },
		]);
		expect(nodesOf(frames)).toHaveLength(1);
	});

	it('tells of a paused run which node waits, with its form', () => {
		const frames = [
			nodeStarted('a'),
			nodeFinished('a'),
			nodeStarted('human', { node_type: 'human-input' }),
			formRequired(),
			paused(),
		];
		expect(nodesOf(frames)).toMatchObject([
			{ id: 'a' },
			{ id: 'human', status: 'paused', human_input: [FORM] },
		]);
	});

	it('tells of a stopped run what was under way', () => {
		const frames = [nodeStarted('llm'), message('Hel'), finished('stopped')];
		expect(brief(frames)).toEqual(['llm: Hel (stopped)']);
		expect(traceOf(frames)).toMatchObject([{ id: 'llm', status: 'stopped' }]);
	});

	it('is one with the answer for a reply without a workflow', () => {
		expect(nodesOf([message('Hi', null), messageEnd()])).toMatchObject([
			{ title: 'Answer', answer: 'Hi', status: 'succeeded', message_id: 'msg' },
		]);
	});

	it('gives an Answer node the text of variables in its template, wherever they stand', () => {
		const answer = { node_type: 'answer' };
		for (const begun of [true, false]) {
			const frames = [
				...(begun ? [nodeStarted('answer', answer)] : []),
				message('x', ['sys', 'query']),
				message(' is ', ['answer', 'answer']),
				message('y', ['conversation', 'name']),
				...(begun ? [] : [nodeStarted('answer', answer)]),
				nodeFinished('answer', answer),
			];
			expect(brief(frames)).toEqual(['answer: x is y (succeeded)']);
		}
	});

	it('gives each pass of an Answer node in an iteration its own text, which precedes it', () => {
		const pass = (id: string) => [
			message(`[${id}`, ['say', 'answer']),
			message(']', ['say', 'answer']),
			nodeStarted(id, { node_id: 'say', node_type: 'answer', iteration_id: 'it' }),
			nodeFinished(id, { node_id: 'say', node_type: 'answer', iteration_id: 'it' }),
		];
		expect(brief([...pass('a'), ...pass('b')])).toEqual([
			'a: [a] (succeeded)',
			'b: [b] (succeeded)',
		]);
	});

	it('is the final one of a node that a replay tells as paused', () => {
		const human = { node_type: 'human-input' };
		const frames = [
			started(),
			nodeStarted('human', human),
			nodeFinished('human', { ...human, status: 'paused' }),
			nodeFinished('human', { ...human, status: 'succeeded' }),
			finished('succeeded'),
		];
		expect(brief(frames)).toEqual(['human:  (succeeded)']);
		expect(traceOf(frames)).toMatchObject([{ id: 'human', status: 'succeeded' }]);
	});

	it('is one of an iteration that a replay tells as a node', () => {
		const frames = [
			container('iteration_started', 'it'),
			container('iteration_completed', 'it', { status: 'succeeded' }),
			nodeStarted('other-id', { node_id: 'it', node_type: 'iteration' }),
			nodeFinished('other-id', { node_id: 'it', node_type: 'iteration' }),
		];
		expect(nodesOf(frames)).toHaveLength(1);
	});
});

describe('whose text it is (from_variable_selector)', () => {
	const answer = (id: string, data: IDataObject = {}) =>
		nodeFinished(id, { node_type: 'answer', ...data });

	it('is told by the selector', () => {
		const frames = [
			nodeStarted('a'),
			message('A1 ', ['a', 'text']),
			nodeFinished('a'),
			nodeStarted('b'),
			message('B1 ', ['b', 'text']),
			message('A2', ['a', 'text']),
			nodeFinished('b'),
		];
		expect(brief(frames)).toEqual(['a: A1 A2 (succeeded)', 'b: B1  (succeeded)']);
	});

	it('may arrive before the node is announced', () => {
		const frames = [message('early', ['a', 'text']), nodeStarted('a'), nodeFinished('a')];
		expect(brief(frames)).toEqual(['a: early (succeeded)']);
		expect(brief([message('early', ['a', 'text']), nodeFinished('a')])).toEqual([
			'a: early (succeeded)',
		]);
	});

	it('is the Answer node when the selector is null: text of its template', () => {
		const frames = [
			message('Dear ', null),
			message('Ann', ['llm', 'text']),
			nodeStarted('answer', { node_type: 'answer' }),
			answer('answer'),
		];
		expect(brief(frames)).toEqual(['answer: Dear  (succeeded)']);
	});

	it('is the only node under way when the event has no selector, as in the specification', () => {
		const bare = frame('message', { answer: 'Hi' });
		expect(brief([nodeStarted('a'), bare, nodeFinished('a')])).toEqual(['a: Hi (succeeded)']);
		const two = [nodeStarted('a'), nodeStarted('b'), bare, nodeFinished('a'), nodeFinished('b')];
		expect(brief(two)).toEqual(['a:  (succeeded)', 'b:  (succeeded)']);
		const answer = nodeStarted('z', { node_type: 'answer' });
		expect(brief([bare, answer, nodeFinished('z')])).toEqual(['z: Hi (succeeded)']);
	});

	it('goes to the pass that runs, or else to the last one', () => {
		const pass = (id: string) => ({ id, node_id: 'llm' });
		const frames = [
			nested('node_started', pass('one')),
			message('1', ['llm', 'text']),
			nested('node_finished', { ...pass('one'), status: 'succeeded' }),
			nested('node_started', pass('two')),
			message('2', ['llm', 'text']),
			nested('node_finished', { ...pass('two'), status: 'succeeded' }),
			message('!', ['llm', 'text']),
		];
		expect(brief(frames)).toEqual(['one: 1 (succeeded)', 'two: 2! (succeeded)']);
	});

	it('begins with what was said before a replay, of which nothing had arrived', () => {
		const replay = [started(), replaced('One ', ''), nodeStarted('start'), nodeFinished('start')];
		const rest = [nodeStarted('llm'), message('two'), nodeFinished('llm')];
		expect(brief([...replay, ...rest])).toEqual([
			'start:  (succeeded)',
			'llm: One two (succeeded)',
		]);
		const early = [...replay, message('two'), nodeStarted('llm'), nodeFinished('llm')];
		expect(brief(early)[1]).toBe('llm: One two (succeeded)');
		const twice = [started(), replaced('One ', ''), replaced('One two', ''), nodeStarted('llm')];
		expect(brief([...twice, message('!'), nodeFinished('llm')])).toEqual([
			'llm: One two! (succeeded)',
		]);
	});

	it('belongs to the Answer node when a replay told all of it and no other node spoke', () => {
		const answer = { node_type: 'answer' };
		const replay = [started(), replaced('One two', ''), nodeStarted('llm'), nodeFinished('llm')];
		const rest = [nodeStarted('answer', answer), nodeFinished('answer', answer)];
		expect(brief([...replay, ...rest])).toEqual([
			'llm:  (succeeded)',
			'answer: One two (succeeded)',
		]);
	});

	it('is not what moderation puts in its place', () => {
		const frames = [replaced('[x]'), nodeStarted('llm'), message('two'), nodeFinished('llm')];
		expect(brief(frames)).toEqual(['llm: two (succeeded)']);
	});

	it('is withdrawn everywhere when moderation replaces the answer', () => {
		const frames = [nodeStarted('llm'), message('bad'), replaced('[x]'), nodeFinished('llm')];
		expect(brief(frames)).toEqual(['llm:  (succeeded)']);
	});

	it('is completed by a replay: what was missed belongs to the node that spoke last', () => {
		const frames = [started(), nodeStarted('llm'), message('Hel'), replaced('Hello', '')];
		expect(brief([...frames, nodeFinished('llm')])).toEqual(['llm: Hello (succeeded)']);
	});

	it('is found in constant time, however many passes there were', () => {
		const passes = Array.from({ length: 20_000 }, (_, i) => [
			nested('node_started', { id: `p${i}`, node_id: 'llm' }),
			message('x', ['llm', 'text']),
			nested('node_finished', { id: `p${i}`, node_id: 'llm', status: 'succeeded' }),
		]).flat();
		const begin = performance.now();
		expect(nodesOf(passes)).toHaveLength(20_000);
		expect(performance.now() - begin).toBeLessThan(10_000);
	});
});
