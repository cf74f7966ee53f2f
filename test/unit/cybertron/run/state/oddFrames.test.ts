import { parseFrame } from '../../../../../nodes/Cybertron/run/state/frame';
import { aggregated } from '../../../../../nodes/Cybertron/run/state/outputs';
import { roundText } from '../../../../../nodes/Cybertron/run/state/round';
import {
	ack,
	chunk,
	final,
	flow,
	fragment,
	reduce,
	taskAck,
	terminator,
} from '../../support/frames';

describe('frames as servers really send them', () => {
	it('an answer is read in either spelling, and an empty one does not hide the other', () => {
		for (const data of [
			{ answer: 'A' },
			{ Answer: 'A' },
			{ answer: '', Answer: 'A' },
			{ answer: null, Answer: 'A' },
		]) {
			expect(roundText(reduce([flow('000000', { node: 'n', data })]))).toBe('A');
			expect(roundText(reduce([{ type: 'json', index: 3, data, finish: 'y' }]))).toBe('A');
		}
	});

	it('an acknowledgement with 400000 and a success message is no failure, any other is', () => {
		const ill = (message: string) => reduce([{ ...taskAck, code: '400000', message }]);
		expect(ill('task send success,').error).toBeUndefined();
		expect(ill('Robot does not exist').error?.failure).toEqual({ cause: 'credential-invalid' });
	});

	it('finish y of a flow frame ends nothing, nor does the finish of a node', () => {
		const said = flow('000000', { node: 'n', answer: 'A', data: { node_answer_finish: 'y' } });
		expect(reduce([said]).phase).toBe('open');
		expect(reduce([said, terminator]).phase).toBe('done');
	});

	it('an end marker without node, output and stage is one, and its dialog id is not taken', () => {
		const stale = { ...terminator, dialog_id: '999' };
		const state = reduce([ack('111'), flow('000000', { node: 'n', answer: 'A' }), stale]);
		expect(state).toMatchObject({ phase: 'done', dialogId: '111' });
		expect(reduce([stale]).dialogId).toBeUndefined();
	});

	it('no digit of a 64-bit dialog id gets lost, wherever it stands', () => {
		for (const id of ['1858406156273270784', '1017344061781661013', '9223372036854775807']) {
			const text = `{"code":"000000","type":"flow","index":0,"dialog_id": ${id},"data":{"code":"000000","answer":"say \\"dialog_id\\": ${id}"}}`;
			expect(parseFrame(text)).toMatchObject({
				dialogId: id,
				text: `say "dialog_id": ${id}`,
			});
		}
	});

	it('a fraction keeps the precision that JavaScript has for it', () => {
		const text =
			'{"type":"flow","data":{"code":"002003","output":{"variables":{"cost":0.6902499198913574}}}}';
		expect(reduce([text]).variables).toEqual({ cost: 0.6902499198913574 });
	});

	it.each([
		['2005', 'done'],
		[2005, 'done'],
		['002005', 'done'],
		['2004', 'ending'],
		[2001, 'ending'],
		[0, 'open'],
		['0', 'open'],
	])('the code %j is understood without its zeros', (code, phase) => {
		const state = reduce([flow(code as string, { node: 'n', answer: 'A' })]);
		expect(state.phase).toBe(phase);
		expect(state.error).toBeUndefined();
	});

	it('the start node is told by its type, and its entry is no node that ran', () => {
		for (const zeros of [19, 22, 26]) {
			const entry = flow('002000', { node: `start${'0'.repeat(zeros)}`, nodeType: 'start' });
			expect(reduce([entry]).nodes).toEqual([]);
		}
	});

	it('the index of a chunk may be a text', () => {
		const state = reduce([chunk('1', 'lo'), chunk('0', 'Hel'), chunk('2', '!', 'y')]);
		expect(roundText(state)).toBe('Hello!');
	});

	it('output may be a list', () => {
		const state = reduce([flow('000000', { node: 'n', answer: 'A', data: { output: [] } })]);
		expect(state).toMatchObject({ entities: {}, variables: {}, phase: 'open' });
	});

	it('no message decides about success', () => {
		const frame = { ...(fragment(0, 'A') as object), message: 'susses' };
		expect(reduce([frame]).error).toBeUndefined();
		expect(reduce([{ ...frame, code: '400001', message: 'success' }]).error).toBeDefined();
	});

	it('an answer that comes twice, or in fragments and as a whole, is one answer', () => {
		const plugin = { type: 'markdown', data: '| a |', description: 'Table' };
		const twice = reduce([{ ...final(0, plugin, 'json'), finish: 'n' }, final(1, plugin, 'json')]);
		expect(roundText(twice)).toBe('Table');
		expect(twice).toMatchObject({ answerData: plugin, phase: 'done' });
		expect(roundText(reduce([fragment(0, 'Hel'), fragment(1, 'lo'), final(2, 'Hello')]))).toBe(
			'Hello',
		);
	});

	it('data may be the JSON text of an object, and an answer the JSON text of a plugin', () => {
		const data = JSON.stringify({ type: 'string', answer: 'A' });
		expect(roundText(reduce([{ type: 'json', index: 0, data, finish: 'y' }]))).toBe('A');
		const plugin = JSON.stringify({ type: 'markdown', description: 'Table' });
		expect(roundText(reduce([final(0, plugin, 'json')]))).toBe('Table');
	});

	it('a failure in the text of a success frame is one, but not in a piece of a text', () => {
		const text = 'System exception (209), please try again later.';
		expect(reduce([final(0, text)]).error?.details).toMatchObject({ code: '209' });
		expect(reduce([flow('000000', { node: 'n', answer: text })]).error).toBeDefined();
		expect(reduce([chunk(0, 'System exception '), chunk(1, '(209)', 'y')]).error).toBeDefined();
		expect(reduce([fragment(0, '这个投资'), fragment(1, '涉及到风险')]).error).toBeUndefined();
	});

	it('the message of a refusal may be called msg', () => {
		expect(reduce([{ code: '400000', msg: 'No', index: 0 }]).error?.message).toContain('No');
	});

	it.each([
		['one more piece', [chunk(0, 'Hel'), chunk(1, 'lo', 'y')], 'Hello'],
		['the whole text', [chunk(0, 'Hel'), chunk(1, 'lo'), chunk(2, 'Hello', 'y')], 'Hello'],
		['the whole text and more', [chunk(0, 'Hel'), chunk(1, 'Hello!', 'y')], 'Hello!'],
		['nothing', [chunk(0, 'Hel'), chunk(1, 'lo'), chunk(2, '', 'y')], 'Hello'],
		[
			'a piece that repeats the letters before it',
			[chunk(0, 'ha'), chunk(1, 'ha'), chunk(2, 'ha', 'y')],
			'hahaha',
		],
		['all there ever is', [chunk(0, 'Hello', 'y')], 'Hello'],
		[
			'a piece under the index of the one before',
			[chunk(0, 'Hel'), chunk(1, 'lo'), chunk(1, '', 'y')],
			'Hello',
		],
	])('the last chunk of a stream is %s', (_what, frames, expected) => {
		expect(roundText(reduce(frames))).toBe(expected);
		const whole = flow('000000', { node: 'llm1', nodeType: 'llm', answer: expected });
		expect(roundText(reduce([...frames, whole]))).toBe(expected);
	});

	it('a stream begins anew when its index falls back to the start', () => {
		const twice = reduce([
			...[chunk(0, 'The '), chunk(1, 'cat', 'y')],
			...[chunk(0, 'The '), chunk(1, 'dog', 'y')],
		]);
		expect(roundText(twice)).toBe('The cat\n\nThe dog');
	});

	it('the dialog id of the acknowledgement counts, not that of later frames', () => {
		const later = flow('002011', { node: 'n', raw: { dialog_id: '222' } });
		expect(reduce([ack('111'), later]).dialogId).toBe('111');
		expect(reduce([later]).dialogId).toBe('222');
	});

	it('the files that a flow wants are found wherever they are nested', () => {
		const wanted = { instruction: 'Upload', upload_file_categories: [{ id: 1 }] };
		for (const frame of [
			wanted,
			{ data: wanted },
			{ data: { file_upload: { data: wanted } } },
			{ data: [{ x: { y: wanted } }] },
		]) {
			const frames = [{ data: {} }, frame, { data: { code: '002005' } }];
			expect(reduce(frames).wantedFiles).toEqual(wanted);
		}
		expect(reduce([{ data: { upload_file_categories: 'none' } }]).wantedFiles).toBeUndefined();
		const again = { ...wanted, instruction: 'Upload again' };
		expect(reduce([wanted, { data: again }]).wantedFiles).toEqual(again);
	});

	it('the end of a flow is known by its code; flow_stage is no field of the frame itself', () => {
		expect(reduce([flow('002001', { data: { flow_stage: 'flow_exit' } })]).flowEnded).toBe(true);
		expect(
			reduce([flow('000000', { node: 'n', answer: 'A', raw: { flow_stage: 'flow_exit' } })])
				.flowEnded,
		).toBe(false);
	});
});

it('an answer without frames is an empty one', () => {
	expect(aggregated([{ question: '', state: reduce([]) }], null)).toMatchObject({
		answer: '',
		dialog_id: null,
		segment_code: null,
		nodes: [],
		rounds: [{ answer: '' }],
	});
});
