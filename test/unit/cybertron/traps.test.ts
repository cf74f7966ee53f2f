import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { INodeProperties } from 'n8n-workflow';

import { Cybertron } from '../../../nodes/Cybertron/Cybertron.node';
import { parseFrame } from '../../../nodes/Cybertron/stream/frame';
import { aggregated } from '../../../nodes/Cybertron/stream/outputs';
import { roundText } from '../../../nodes/Cybertron/stream/round';
import { uploadRequest } from '../../../nodes/Cybertron/stream/upload';
import { ack, chunk, final, flow, fragment, reduce, taskAck, terminator } from './support/frames';

describe('traps of the Cybertron servers, in frames', () => {
	it('T1: an answer is read in either spelling, and an empty one does not hide the other', () => {
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

	it('T5: an acknowledgement with 400000 and a success message is no failure, any other is', () => {
		const ill = (message: string) => reduce([{ ...taskAck, code: '400000', message }]);
		expect(ill('task send success,').problem).toBeUndefined();
		expect(ill('Robot does not exist').problem?.failure).toEqual({ cause: 'credential-invalid' });
	});

	it('T10: finish y of a flow frame ends nothing, nor does the finish of a node', () => {
		const said = flow('000000', { node: 'n', answer: 'A', data: { node_answer_finish: 'y' } });
		expect(reduce([said]).phase).toBe('open');
		expect(reduce([said, terminator]).phase).toBe('done');
	});

	it('T11: an end marker without node, output and stage is one, and its dialog id is not taken', () => {
		const stale = { ...terminator, dialog_id: '999' };
		const state = reduce([ack('111'), flow('000000', { node: 'n', answer: 'A' }), stale]);
		expect(state).toMatchObject({ phase: 'done', dialogId: '111' });
		expect(reduce([stale]).dialogId).toBeUndefined();
	});

	it('T12: no digit of a 64-bit dialog id gets lost, wherever it stands', () => {
		for (const id of ['1858406156273270784', '1017344061781661013', '9223372036854775807']) {
			const text = `{"code":"000000","type":"flow","index":0,"dialog_id": ${id},"data":{"code":"000000","answer":"say \\"dialog_id\\": ${id}"}}`;
			const frame = parseFrame(text);
			expect(frame?.dialogId).toBe(id);
			expect(frame?.data.answer).toBe(`say "dialog_id": ${id}`);
		}
	});

	it('T12: a fraction keeps the precision that JavaScript has for it', () => {
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
	])('T14: the code %j is understood without its zeros', (code, phase) => {
		const state = reduce([flow(code as string, { node: 'n', answer: 'A' })]);
		expect(state.phase).toBe(phase);
		expect(state.problem).toBeUndefined();
	});

	it('T15: the start node is told by its type, and its entry is no node that ran', () => {
		for (const zeros of [19, 22, 26]) {
			const entry = flow('002000', { node: `start${'0'.repeat(zeros)}`, nodeType: 'start' });
			expect(reduce([entry]).nodes).toEqual([]);
		}
	});

	it('T16: the index of a chunk may be a text', () => {
		const state = reduce([chunk('1', 'lo'), chunk('0', 'Hel'), chunk('2', '!', 'y')]);
		expect(roundText(state)).toBe('Hello!');
	});

	it('T16: output may be a list', () => {
		const state = reduce([flow('000000', { node: 'n', answer: 'A', data: { output: [] } })]);
		expect(state).toMatchObject({ entities: {}, variables: {}, phase: 'open' });
	});

	it('T18: no message decides about success', () => {
		const frame = { ...(fragment(0, 'A') as object), message: 'susses' };
		expect(reduce([frame]).problem).toBeUndefined();
		expect(reduce([{ ...frame, code: '400001', message: 'success' }]).problem).toBeDefined();
	});

	it('T22: an answer that comes twice, or in fragments and as a whole, is one answer', () => {
		const plugin = { type: 'markdown', data: '| a |', description: 'Table' };
		const twice = reduce([{ ...final(0, plugin, 'json'), finish: 'n' }, final(1, plugin, 'json')]);
		expect(roundText(twice)).toBe('Table');
		expect(twice).toMatchObject({ answerData: plugin, phase: 'done' });
		expect(roundText(reduce([fragment(0, 'Hel'), fragment(1, 'lo'), final(2, 'Hello')]))).toBe(
			'Hello',
		);
	});

	it('T23: data may be the JSON text of an object, and an answer the JSON text of a plugin', () => {
		const data = JSON.stringify({ type: 'string', answer: 'A' });
		expect(roundText(reduce([{ type: 'json', index: 0, data, finish: 'y' }]))).toBe('A');
		const plugin = JSON.stringify({ type: 'markdown', description: 'Table' });
		expect(roundText(reduce([final(0, plugin, 'json')]))).toBe('Table');
	});

	it('T24: a failure in the text of a success frame is one, but not in a piece of a text', () => {
		const text = 'System exception (209), please try again later.';
		expect(reduce([final(0, text)]).problem?.details).toMatchObject({ code: '209' });
		expect(reduce([flow('000000', { node: 'n', answer: text })]).problem).toBeDefined();
		expect(reduce([chunk(0, 'System exception '), chunk(1, '(209)', 'y')]).problem).toBeDefined();
		expect(reduce([fragment(0, '这个投资'), fragment(1, '涉及到风险')]).problem).toBeUndefined();
	});

	it('T30: the message of a refusal may be called msg', () => {
		expect(reduce([{ code: '400000', msg: 'No', index: 0 }]).problem?.message).toContain('No');
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
	])('T31: the last chunk of a stream is %s', (_what, frames, expected) => {
		expect(roundText(reduce(frames))).toBe(expected);
		const whole = flow('000000', { node: 'llm1', nodeType: 'llm', answer: expected });
		expect(roundText(reduce([...frames, whole]))).toBe(expected);
	});

	it('T31: a stream begins anew when its index falls back to the start', () => {
		const twice = reduce([
			...[chunk(0, 'The '), chunk(1, 'cat', 'y')],
			...[chunk(0, 'The '), chunk(1, 'dog', 'y')],
		]);
		expect(roundText(twice)).toBe('The cat\n\nThe dog');
	});

	it('T32: the dialog id of the acknowledgement counts, not that of later frames', () => {
		const later = flow('002011', { node: 'n', raw: { dialog_id: '222' } });
		expect(reduce([ack('111'), later]).dialogId).toBe('111');
		expect(reduce([later]).dialogId).toBe('222');
	});

	it('T32: the files that a flow wants are found wherever they are nested', () => {
		const wanted = { instruction: 'Upload', upload_file_categories: [{ id: 1 }] };
		for (const frame of [
			wanted,
			{ data: wanted },
			{ data: { file_upload: { data: wanted } } },
			{ data: [{ x: { y: wanted } }] },
		]) {
			expect(uploadRequest([{ data: {} }, frame, { data: { code: '002005' } }])).toEqual(wanted);
		}
		expect(uploadRequest([{ data: { upload_file_categories: 'none' } }])).toBeUndefined();
	});

	it('T37: the end of a flow is known by its code; flow_stage is no field of the frame itself', () => {
		expect(reduce([flow('002001', { data: { flow_stage: 'flow_exit' } })]).flowEnded).toBe(true);
		expect(
			reduce([flow('000000', { node: 'n', answer: 'A', raw: { flow_stage: 'flow_exit' } })])
				.flowEnded,
		).toBe(false);
	});
});

describe('traps of the documents', () => {
	const { properties } = new Cybertron().description;
	const every = properties.flatMap((property) => [
		property,
		...((property.options ?? []) as INodeProperties[]),
	]);
	const field = (name: string) => every.find((property) => property.name === name);

	it('T8: the HTTP address for chatflows, which does not answer, is used nowhere', () => {
		const source = (folder: string): string =>
			readdirSync(folder, { withFileTypes: true })
				.map((entry) => {
					const at = path.join(folder, entry.name);
					return entry.isDirectory() ? source(at) : readFileSync(at, 'utf8');
				})
				.join('\n');
		const nodes = source(path.resolve(__dirname, '../../../nodes/Cybertron'));
		expect(nodes).toContain('/openapi/v1/conversation/dialog/');
		expect(nodes).not.toContain('/openapi/v2/conversation');
	});

	it('T28: models and formats are free text', () => {
		expect(field('parseModel')?.type).toBe('string');
		expect(field('fileFormat')?.type).toBe('string');
	});

	it('T29: the tenant is required, and the hint names the one for tests', () => {
		expect(field('tenantName')).toMatchObject({
			required: true,
			hint: expect.stringContaining('AiopsTest') as string,
		});
	});

	it('T35: the field says that only the first prompt parameters of a session count', () => {
		expect(field('promptParams')?.description).toContain(
			'Only the first values of a session count',
		);
	});
});

it('every trap of the table has a test that names it', () => {
	const folders = [__dirname, path.resolve(__dirname, '../../engine')];
	const tests = folders
		.flatMap((folder) => readdirSync(folder).map((name) => path.join(folder, name)))
		.filter((file) => /cybertron.*\.test\.ts$/.test(file))
		.map((file) => readFileSync(file, 'utf8'))
		.join('\n');
	const named = new Set(
		[...tests.matchAll(/['"`](?:.*\()?T(\d+)[:)]/g)].map(([, number]) => Number(number)),
	);
	const missing = Array.from({ length: 37 }, (_, i) => i + 1).filter((trap) => !named.has(trap));
	expect(missing).toEqual([]);
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
