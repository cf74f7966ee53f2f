import type { IDataObject } from 'n8n-workflow';

import { perNode } from '../../../../../nodes/Dify/run/state/outputs';
import { runError } from '../../../../../nodes/Dify/run/runError';
import { errorFrame, frame, itemOf, messageEnd, reduceAll, replaced, waits } from './frames';

/** Every order of SERVER.md, "Other kinds of apps": what arrives, and what is made of it. */
interface Order {
	name: string;
	frames: IDataObject[];
	item?: IDataObject;
	failure?: { message: string; code: string; answer: string };
}

const piece = (answer: string) => frame('agent_message', { id: 'msg', answer });
const thought = (id: string, fields: IDataObject = {}) =>
	frame('agent_thought', {
		id,
		position: 1,
		thought: '',
		observation: '',
		tool: '',
		tool_labels: {},
		tool_input: '',
		message_files: [],
		...fields,
	});
const text = (answer: string) =>
	frame('message', { id: 'msg', answer, from_variable_selector: null });
const end = messageEnd();
const call = { thought: 'Let me look. ', tool: 'weather', tool_input: '{"weather": {}}' };
const seen = { ...call, observation: '{"weather": "sunny"}' };
const picture = {
	id: 'f1',
	type: 'image',
	belongs_to: 'assistant',
	url: '/files/tools/f1.png?sign=1',
};
const toolRound = [
	thought('t1'),
	piece('Let me '),
	piece('look. '),
	thought('t1', call),
	thought('t1', seen),
];
const completion = (raw: IDataObject) => {
	const { conversation_id: _id, ...rest } = raw;
	return rest;
};
const plain = { status: 'succeeded', workflow_run_id: null, nodes: [], outputs: {} };

const ORDERS: Record<string, Order[]> = {
	Chat: [
		{
			name: 'answer',
			frames: [text('Hel'), text('lo'), text(''), end],
			item: { ...plain, answer: 'Hello', message_id: 'msg', conversation_id: 'conv' },
		},
		{
			name: 'moderated answer: a replacement without a reason',
			frames: [text('Hel'), text('lo'), replaced('Blocked.', ''), end],
			item: { ...plain, answer: 'Blocked.' },
		},
		{
			name: 'moderated answer: replaced by nothing',
			frames: [text('Hello'), replaced('', ''), end],
			item: { ...plain, answer: '' },
		},
		{
			name: 'answer to a message with a file: its pieces are called files (1.12)',
			frames: [
				frame('message_file', { id: 'msg', answer: 'Hel', from_variable_selector: null }),
				frame('message_file', { id: 'msg', answer: 'lo', from_variable_selector: null }),
				frame('message_file', { id: 'msg', answer: '', from_variable_selector: null }),
				end,
			],
			item: { ...plain, answer: 'Hello', files: [] },
		},
		{
			name: 'annotation or forbidden question: a plain reply',
			frames: [...'Blocked'].map((letter) => text(letter)).concat(end),
			item: { ...plain, answer: 'Blocked' },
		},
		{
			name: 'spoken answer: the audio comes last',
			frames: [
				text('Hello'),
				end,
				frame('tts_message', { audio: 'AAAA' }),
				frame('tts_message_end'),
			],
			item: { ...plain, answer: 'Hello' },
		},
		{
			name: 'failure: an error without a task',
			frames: [text('Hel'), errorFrame('provider_quota_exceeded', 'No more')],
			failure: {
				message: 'The quota of the model provider is used up',
				code: 'provider_quota_exceeded',
				answer: 'Hel',
			},
		},
	],
	Agent: [
		{
			name: 'tools: every thought as it came last',
			frames: [
				...toolRound,
				thought('t2'),
				piece('Sunny.'),
				thought('t2', { thought: 'Sunny.' }),
				end,
			],
			item: {
				...plain,
				mode: 'agent-chat',
				answer: 'Let me look. Sunny.',
				agent_thoughts: [
					expect.objectContaining({ id: 't1', ...seen }),
					expect.objectContaining({ id: 't2', thought: 'Sunny.', tool: '' }),
				],
			},
		},
		{
			name: 'two tools of one round, and a picture that one of them made',
			frames: [
				thought('t1'),
				thought('t1', { tool: 'weather;draw' }),
				frame('message_file', picture),
				thought('t1', { tool: 'weather;draw', observation: '{}', message_files: ['f1'] }),
				thought('t2'),
				piece('Done'),
				messageEnd({}, [{ related_id: 'f1', filename: 'f1.png', type: 'image', url: 'later' }]),
			],
			item: {
				...plain,
				answer: 'Done',
				files: [{ ...picture, related_id: 'f1', filename: 'f1.png' }],
				agent_thoughts: [
					expect.objectContaining({ id: 't1', tool: 'weather;draw', message_files: ['f1'] }),
					expect.objectContaining({ id: 't2' }),
				],
			},
		},
		{
			name: 'a thought that is complete from the start (1.12)',
			frames: [
				thought('t1', seen),
				piece('Let me look. '),
				thought('t1', seen),
				thought('t1', seen),
				thought('t2', { thought: 'Sunny.' }),
				piece('Sunny.'),
				end,
			],
			item: {
				answer: 'Let me look. Sunny.',
				agent_thoughts: [
					expect.objectContaining({ id: 't1', ...seen }),
					expect.objectContaining({ id: 't2', thought: 'Sunny.' }),
				],
			},
		},
		{
			name: 'ReAct: intermediate text is text, and the last thought is not told again',
			frames: [
				thought('t1'),
				piece('I look. '),
				thought('t1', { ...call, thought: 'I look.' }),
				thought('t1', { ...seen, thought: 'I look.I look.' }),
				thought('t2'),
				piece('Now I know. '),
				piece('Sunny.'),
				end,
			],
			item: { ...plain, answer: 'I look. Now I know. Sunny.' },
		},
		{
			name: 'moderated answer',
			frames: [
				thought('t1'),
				piece('bad'),
				thought('t1', { thought: 'bad' }),
				replaced('Blocked.', ''),
				end,
			],
			item: { ...plain, mode: 'agent-chat', answer: 'Blocked.' },
		},
		{
			name: 'failure in a later round: the text and the thoughts so far',
			frames: [...toolRound, errorFrame('completion_request_error', 'Rate limit')],
			failure: {
				message: 'The model returned an error: Rate limit',
				code: 'completion_request_error',
				answer: 'Let me look. ',
			},
		},
	],
	'New Agent': [
		{
			name: 'one message repeats the whole answer',
			frames: [...toolRound, piece('Sun'), piece('ny.'), text('Let me look. Sunny.'), end],
			item: { ...plain, mode: 'agent', answer: 'Let me look. Sunny.' },
		},
		{
			name: 'the repetition lacks the white space at the ends',
			frames: [piece(' Sunny.\n'), text('Sunny.'), end],
			item: { mode: 'agent', answer: ' Sunny.\n' },
		},
		{
			name: 'the repetition is that of the last round',
			frames: [...toolRound, piece('Sunny.'), text('Sunny.'), end],
			item: { mode: 'agent', answer: 'Let me look. Sunny.' },
		},
		{
			name: 'the early form: one message, no pieces',
			frames: [thought('t1', seen), text('Sunny.'), end],
			item: { mode: 'agent', answer: 'Sunny.' },
		},
		{
			name: 'the message says more',
			frames: [piece('Sun'), text('Sunny.'), end],
			item: { answer: 'Sunny.' },
		},
		{
			name: 'the message goes on',
			frames: [piece('Sunny'), text(' and warm.'), end],
			item: { answer: 'Sunny and warm.' },
		},
	],
	Completion: [
		{
			name: 'answer',
			frames: [text('Hel'), text('lo'), end].map(completion),
			item: { ...plain, answer: 'Hello', message_id: 'msg', conversation_id: null },
		},
		{
			name: 'moderated answer',
			frames: [text('Hello'), replaced('Blocked.', ''), end].map(completion),
			item: { answer: 'Blocked.' },
		},
		{
			name: 'failure',
			frames: [errorFrame('completion_request_error', 'Wrong key')].map(completion),
			failure: {
				message: 'The model returned an error: Wrong key',
				code: 'completion_request_error',
				answer: '',
			},
		},
	],
};

describe.each(Object.entries(ORDERS))('%s', (_kind, orders) => {
	it.each(orders)('$name', ({ frames, item, failure }) => {
		const state = reduceAll(frames);
		if (failure) {
			const { message: said, details } = runError(state, 'complete') ?? {};
			expect({ message: said, code: details?.code, answer: details?.answer }).toEqual(failure);
			expect(waits(frames).at(-1)).toBe('done');
			return;
		}
		expect(runError(state, 'complete')).toBeUndefined();
		expect(itemOf(frames)).toMatchObject(item ?? {});
		expect(waits(frames).at(-1)).toBe('messageOnly 1 s');
	});
});

it('takes the text of a repetition apart as it did the pieces', () => {
	const answer = '<think>Hm.</think>Sunny.';
	const frames = [piece('<think>Hm.'), piece('</think>Sunny.'), text(answer), end];
	expect(itemOf(frames, { separateThinking: true })).toMatchObject({
		answer: 'Sunny.',
		reasoning: 'Hm.',
	});
});

it('gives one item with answer and thoughts where no node can run', () => {
	const frames = [...toolRound, thought('t2'), piece('Sunny.'), end];
	expect(perNode(reduceAll(frames, { keep: 'perNode' }))).toEqual([
		expect.objectContaining({
			title: 'Answer',
			answer: 'Let me look. Sunny.',
			agent_thoughts: [
				expect.objectContaining({ id: 't1' }),
				expect.objectContaining({ id: 't2' }),
			],
		}),
	]);
});

it('keeps the thoughts of a run that failed', () => {
	const state = reduceAll([...toolRound, errorFrame('completion_request_error', 'Rate limit')]);
	expect(runError(state, 'complete')?.details).toMatchObject({
		agent_thoughts: [{ id: 't1', observation: '{"weather": "sunny"}' }],
	});
});
