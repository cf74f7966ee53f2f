import type { IDataObject } from 'n8n-workflow';

import { parseEvent, toEvent } from '../../../../../nodes/Dify/run/state/event';
import { reduceEvent } from '../../../../../nodes/Dify/run/state/reduce';
import { startState } from '../../../../../nodes/Dify/run/state/state';
import { joinChanges } from '../../../../../nodes/Dify/run/state/text';
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
	paused,
	reduceAll,
	replaced,
	started,
} from './frames';

const replay = (answer: string) => replaced(answer, '');

describe('the answer', () => {
	const run = finished('succeeded', { outputs: { answer: 'from the run' } });
	const node = nodeFinished('a', { node_type: 'answer', outputs: { answer: 'from the node' } });

	it('is the streamed text first', () => {
		expect(itemOf([message('Hi'), node, run]).answer).toBe('Hi');
	});

	it("is the run's output when nothing was streamed", () => {
		expect(itemOf([node, run]).answer).toBe('from the run');
	});

	it("is the last Answer node's output when the run has none", () => {
		const empty = finished('succeeded', { outputs: {} });
		const first = nodeFinished('b', { node_type: 'answer', outputs: { answer: 'earlier' } });
		expect(itemOf([first, node, empty]).answer).toBe('from the node');
	});

	it('is empty when there is none at all', () => {
		expect(itemOf([started(), finished('succeeded', { outputs: null })]).answer).toBe('');
	});

	it('is replaced as a whole, and goes on from there', () => {
		expect(itemOf([message('bad'), replaced('[x]'), message(' more')]).answer).toBe('[x] more');
	});

	it('may be replaced again right before the end', () => {
		const frames = [message('bad'), replaced('[x]'), message(' y'), replaced('[x]'), messageEnd()];
		expect(itemOf(frames).answer).toBe('[x]');
	});

	it('never falls back to what moderation has withdrawn', () => {
		expect(itemOf([message('bad'), replaced(''), run]).answer).toBe('');
		expect(itemOf([started(), message('bad'), replay(''), run]).answer).toBe('from the run');
	});
});

describe('after a pause (whose text is missing on Dify 1.15)', () => {
	const resumed = started({ reason: 'resumption' });
	const empty = finished('succeeded', { outputs: { answer: '' } });
	const answerNode = (answer: string) =>
		nodeFinished('a', { node_type: 'answer', outputs: { answer } });

	it('goes on with the text of the Answer node when nothing is streamed any more', () => {
		const frames = [message('Wait. '), resumed, answerNode('Approved'), empty];
		expect(itemOf(frames).answer).toBe('Wait. Approved');
	});

	it('does not tell a text twice', () => {
		const frames = [message('Wait. '), resumed, message('Approved'), answerNode('Approved'), empty];
		expect(itemOf(frames).answer).toBe('Wait. Approved');
		expect(itemOf([message('Wait'), resumed, answerNode('Wait. Done'), empty]).answer).toBe(
			'Wait. Done',
		);
	});

	it("takes the run's output, which is the whole answer", () => {
		const whole = finished('succeeded', { outputs: { answer: 'Wait. Approved' } });
		expect(itemOf([message('Wait. '), resumed, whole]).answer).toBe('Wait. Approved');
	});

	it('is not paused any more, and its filled form waits no more', () => {
		const filled = nested('human_input_form_filled', { node_id: 'human', action_id: 'approve' });
		const frames = [started(), formRequired(), paused(), resumed, filled, finished('succeeded')];
		const item = itemOf(frames);
		expect(item.status).toBe('succeeded');
		expect(item).not.toHaveProperty('human_input');
	});

	it('waits only for the forms that were not filled or timed out', () => {
		const second = { ...FORM, form_id: 'second', node_id: 'human-2' };
		const timeout = nested('human_input_form_timeout', { node_id: 'human' });
		const frames = [started(), formRequired(), paused(), resumed, timeout, paused([second])];
		expect(itemOf(frames).human_input).toEqual([second]);
	});
});

describe('human input', () => {
	it('gives each form once, with everything that is needed to fill it', () => {
		const item = itemOf([started(), formRequired(), paused()]);
		expect(item.human_input).toEqual([FORM]);
		expect(item).toMatchObject({
			status: 'paused',
			outputs: {},
			elapsed_time: 0.5,
			task_id: 'task',
			conversation_id: 'conv',
			workflow_run_id: 'run',
		});
	});

	it('takes the forms from the reasons when they were not told before', () => {
		expect(itemOf([started(), paused()]).human_input).toEqual([FORM]);
	});

	it('keeps a form that goes by e-mail, whose token is null', () => {
		const form = { ...FORM, form_token: null };
		expect(itemOf([formRequired({ form_token: null }), paused([form])]).human_input).toEqual([
			form,
		]);
	});
});

describe('metadata, reasoning, files, warnings', () => {
	const chunk = (nodeId: string, reasoning: string) =>
		frame('reasoning_chunk', { data: { node_id: nodeId, reasoning, is_final: false } });

	it('keeps usage and citations, prices as texts', () => {
		const source = { position: 1, document_name: 'a.md' };
		const item = itemOf([message('Hi'), messageEnd({ retriever_resources: [source] })]);
		expect(item.metadata).toMatchObject({
			retriever_resources: [source],
			usage: { total_price: '0.0000090' },
		});
	});

	it('joins the pieces of reasoning of each node', () => {
		const item = itemOf([chunk('a', 'One '), chunk('b', 'Two'), chunk('a', 'more')]);
		expect(item.reasoning).toBe('One more\n\nTwo');
	});

	it('takes the reasoning of message_end, which is whole', () => {
		const item = itemOf([chunk('a', 'On'), messageEnd({ reasoning: { a: 'One', b: 'Two' } })]);
		expect(item.reasoning).toBe('One\n\nTwo');
	});

	it('lists a file once although two events tell it, with another signature', () => {
		const file = (sign: string) => ({
			id: null,
			related_id: 'f1',
			filename: 'a.txt',
			url: `/files/tools/f1.txt?sign=${sign}`,
		});
		const frames = [
			started(),
			messageEnd({}, [file('x')]),
			finished('succeeded', { files: [file('y'), { id: 'f2', url: 'u' }] }),
		];
		expect(itemOf(frames).files).toEqual([file('x'), { id: 'f2', url: 'u' }]);
	});

	it('takes the file of a tool, but not the one that the user sent', () => {
		const file = { id: 'f', type: 'image', url: 'https://x/y.png' };
		const frames = [
			frame('message_file', { ...file, belongs_to: 'assistant' }),
			frame('message_file', { id: 'mine', type: 'image', belongs_to: 'user' }),
		];
		expect(itemOf(frames).files).toEqual([{ ...file, belongs_to: 'assistant' }]);
	});

	it('collects warnings', () => {
		const item = itemOf([frame('warning', { warning: 'sys.files is deprecated' })]);
		expect(item.warnings).toEqual(['sys.files is deprecated']);
	});

	it('keeps audio only when it is wanted', () => {
		const audio = frame('tts_message', { audio: 'AAAA' });
		expect(reduceAll([audio]).audio).toBeUndefined();
		expect(reduceAll([audio], { keepAudio: true }).audio).toEqual(['AAAA']);
	});
});

describe('what arrives', () => {
	it('may be of any kind: what is not known is passed over', () => {
		const odd: IDataObject[] = [
			{ event: 'future_event', data: { nested: [1] } },
			{ event: 'constructor' },
			{ event: 42 as unknown as string },
			{},
			{ event: 'message', answer: null },
			{ event: 'message_end', metadata: null, files: 'none' },
			{ event: 'node_finished', data: 'text' },
			{ event: 'workflow_paused', data: { reasons: [null, 'x', {}] } },
		];
		expect(() => itemOf(odd)).not.toThrow();
	});

	it('may be a ping in either form: it changes nothing', () => {
		expect(reduceAll([{ event: 'ping' }])).toEqual(startState());
		expect(parseEvent('')).toBeUndefined();
		expect(parseEvent('not json')).toBeUndefined();
		expect(parseEvent('[1]')).toBeUndefined();
	});

	it('keeps every event as it was for one item per event, with all digits of its numbers', () => {
		const state = startState({ keep: 'events' });
		const event = parseEvent('{"event":"x","data":{"id":9007199254740993,"n":1.5}}');
		reduceEvent(state, event ?? toEvent({}));
		expect(state.events).toEqual([{ event: 'x', data: { id: '9007199254740993', n: 1.5 } }]);
	});

	it('tells what each event did to the text', () => {
		const state = startState();
		const change = (raw: IDataObject) => reduceEvent(state, toEvent(raw));
		expect(change(started())).toBeUndefined();
		expect(change(message('Hi'))).toEqual({ text: 'Hi', replaces: false });
		expect(change(message(''))).toBeUndefined();
		expect(change(replaced('No'))).toEqual({ text: 'No', replaces: true });
	});

	it('joins the changes of one chunk', () => {
		const add = (text: string) => ({ text, replaces: false });
		const swap = (text: string) => ({ text, replaces: true });
		expect(joinChanges(add('a'), add('b'))).toEqual(add('ab'));
		expect(joinChanges(add('a'), swap('b'))).toEqual(swap('b'));
		expect(joinChanges(swap('a'), add('b'))).toEqual(swap('ab'));
		expect(joinChanges(undefined, add('b'))).toEqual(add('b'));
		expect(joinChanges(add('a'), undefined)).toEqual(add('a'));
	});
});
