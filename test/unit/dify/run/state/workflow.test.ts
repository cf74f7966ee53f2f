import type { IDataObject } from 'n8n-workflow';

import { KINDS } from '../../../../../nodes/Dify/run/kinds';
import { runError } from '../../../../../nodes/Dify/run/runError';
import { toEvent } from '../../../../../nodes/Dify/run/state/event';
import { readPhase } from '../../../../../nodes/Dify/run/state/readPhase';
import { reduceEvent } from '../../../../../nodes/Dify/run/state/reduce';
import { startState } from '../../../../../nodes/Dify/run/state/state';
import type { StateOptions } from '../../../../../nodes/Dify/run/state/state';
import { isWorkflowAnswer, mendText } from '../../../../../nodes/Dify/run/state/workflow';

/** Events of a Workflow app as Dify sends them, with short ids. */
const frame = (event: string, data: IDataObject = {}) => ({
	event,
	workflow_run_id: 'run',
	task_id: 'task',
	data,
});
const started = frame('workflow_started', { id: 'run', created_at: 100, reason: 'initial' });
const text = (piece: string, nodeId = 'llm') =>
	frame('text_chunk', { text: piece, from_variable_selector: [nodeId, 'text'] });
const node = (id: string, event = 'node_finished', data: IDataObject = {}) =>
	frame(event, { id, node_id: id, node_type: id, title: id, status: 'succeeded', ...data });
const finished = (status: string, data: IDataObject = {}) =>
	frame('workflow_finished', {
		id: 'run',
		status,
		outputs: { text: 'Hello' },
		error: null,
		elapsed_time: 1.5,
		total_tokens: 7,
		total_steps: 3,
		created_at: 100,
		finished_at: 102,
		exceptions_count: 0,
		files: [],
		...data,
	});
const errorFrame = (fields: IDataObject) => ({ event: 'error', workflow_run_id: null, ...fields });
const form = { form_id: 'form', node_id: 'ask', form_token: 'token' };
const paused = frame('workflow_paused', {
	workflow_run_id: 'run',
	status: 'paused',
	outputs: {},
	reasons: [{ TYPE: 'human_input_required', ...form }],
	created_at: 100,
});
const audio = frame('tts_message', {});

function reduced(frames: IDataObject[], options: StateOptions = {}) {
	const state = startState({ kind: 'workflow', ...options });
	for (const one of frames) reduceEvent(state, toEvent(one));
	return state;
}

const body = [
	started,
	node('start'),
	node('llm', 'node_started'),
	text('Hel'),
	text('lo'),
	node('llm'),
];
const ids = { task_id: 'task', workflow_run_id: 'run' };
const succeeded = { ...ids, status: 'succeeded', outputs: { text: 'Hello' }, text: 'Hello' };

interface Order {
	name: string;
	frames: IDataObject[];
	/** What the reader waits for after the last event. */
	wait: string;
	item?: IDataObject;
	failure?: string;
	details?: IDataObject;
	options?: StateOptions;
}

const ORDERS: Order[] = [
	{
		name: 'success, up to 1.12',
		frames: [...body, node('end'), finished('succeeded')],
		wait: 'done',
		item: { ...succeeded, created_at: 100, finished_at: 102, total_steps: 3 },
	},
	{
		name: 'success, 1.13 and later: pings, and a stream that closes at once',
		frames: [{ event: 'ping' }, ...body, finished('succeeded')],
		wait: 'done',
		item: succeeded,
	},
	{
		name: 'partial success',
		frames: [...body, finished('partial-succeeded', { exceptions_count: 1 })],
		wait: 'done',
		item: { ...succeeded, status: 'partial-succeeded', exceptions_count: 1 },
	},
	{
		name: 'a node that fails: no error event follows',
		frames: [
			...body,
			node('code', 'node_finished', { status: 'failed', error: 'kaboom' }),
			finished('failed', { error: 'kaboom', outputs: {} }),
		],
		wait: 'done',
		failure: 'The Dify workflow failed: kaboom',
		details: {
			...ids,
			outputs: {},
			text: 'Hello',
			run_status: 'failed',
			failed_node: { node_id: 'code', title: 'code', message: 'kaboom' },
		},
	},
	{
		name: 'another exception, with a code',
		frames: [
			started,
			errorFrame({ code: 'completion_request_error', status: 400, message: 'no model' }),
		],
		wait: 'done',
		failure: 'The model returned an error: no model',
		details: { workflow_run_id: 'run' },
	},
	{
		name: 'another exception, as the worker tells it',
		frames: [errorFrame({ status: 500, message: 'x is required in input form' })],
		wait: 'done',
		failure: 'Dify could not process the message: x is required in input form',
		details: { workflow_run_id: null },
	},
	{
		name: 'a stop, also that of the 20 minute limit',
		frames: [...body, finished('stopped', { error: 'Stopped by user.', outputs: {} })],
		wait: 'done',
		item: { ...ids, status: 'stopped', outputs: {}, text: 'Hello' },
	},
	{
		name: 'a stop that the engine tells as a failure',
		frames: [...body, finished('failed', { error: 'Aborted: User requested stop', outputs: null })],
		wait: 'done',
		item: { ...ids, status: 'stopped', outputs: {} },
	},
	{
		name: 'human input',
		frames: [started, node('ask', 'node_started'), frame('human_input_required', form), paused],
		wait: 'done',
		item: { ...ids, status: 'paused', outputs: {}, human_input: [form], created_at: 100 },
	},
	{
		name: 'a spoken answer up to 1.12, if it is wanted: the tail follows the end',
		frames: [...body, audio, finished('succeeded')],
		wait: 'grace',
		options: { keepAudio: true },
		item: succeeded,
	},
	{
		name: 'a spoken answer that is not wanted',
		frames: [...body, audio, finished('succeeded')],
		wait: 'done',
		item: succeeded,
	},
	{
		name: 'a stream that ended bare, as 1.17 completes it',
		frames: [
			started,
			finished('failed', { error: 'Workflow stream ended without a terminal event', outputs: {} }),
		],
		wait: 'done',
		failure: 'The Dify workflow failed: Workflow stream ended without a terminal event',
	},
];

const LIMITS = { idleMs: 60_000, firstEventMs: 310_000 };

describe('the end of a run of a Workflow app', () => {
	it.each(ORDERS)('$name', ({ frames, wait, item, failure, details, options }) => {
		const state = reduced(frames, options);
		expect(readPhase(state, LIMITS).name).toBe(wait);
		const error = runError(state, 'complete');
		expect(error?.message).toBe(failure);
		if (details) expect(error?.details).toMatchObject(details);
		if (item) expect(KINDS.workflow.outputs.aggregated(state)).toMatchObject([item]);
	});

	it('is waited for as long as there is none', () => {
		for (let count = 1; count <= body.length; count++) {
			expect(readPhase(reduced(body.slice(0, count)), LIMITS).name).toBe('idle');
		}
	});

	it('has the fields of the contract, in every way to end', () => {
		const fields = [
			...['task_id', 'workflow_run_id', 'status', 'outputs', 'text', 'files', 'elapsed_time'],
			...['total_tokens', 'total_steps', 'created_at', 'finished_at', 'nodes'],
		];
		for (const { frames, item } of ORDERS.filter((order) => order.item)) {
			const [made] = KINDS.workflow.outputs.aggregated(reduced(frames));
			expect(Object.keys(made ?? {})).toEqual(expect.arrayContaining(fields));
			expect(item).toBeDefined();
		}
	});
});

describe('an item for every node', () => {
	it('has what the node streamed, and the ids of the run but none of a conversation', () => {
		const state = reduced([...body, node('end'), finished('succeeded')], { keep: 'perNode' });
		const items = KINDS.workflow.outputs.perNode(state);
		expect(items.map(({ node_id, answer }) => [node_id, answer])).toEqual([
			['start', ''],
			['llm', 'Hello'],
			['end', ''],
		]);
		expect(items[1]).toMatchObject(ids);
		expect(items[1]).not.toHaveProperty('conversation_id');
	});

	it('is one with the outputs where no node is told', () => {
		const state = startState({ kind: 'workflow', keep: 'perNode' });
		KINDS.workflow.takeBlockingAnswer(state, {
			...ids,
			data: { id: 'run', status: 'succeeded', outputs: { out: 1 } },
		});
		expect(KINDS.workflow.outputs.perNode(state)).toMatchObject([
			{ title: 'Workflow', status: 'succeeded', outputs: { out: 1 } },
		]);
	});
});

describe('the answer of blocking mode', () => {
	const file = { dify_model_identity: '__dify__file__', related_id: 'f', filename: 'a.txt' };

	it.each(['succeeded', 'partial-succeeded', 'failed', 'stopped', 'paused'])(
		'that says %s gives what the stream would',
		(status) => {
			const state = startState({ kind: 'workflow' });
			const outputs = { out: 'Hello', file, list: [file, { other: 1 }] };
			const answer = { ...ids, data: { id: 'run', status, outputs, error: null } };
			expect(isWorkflowAnswer(answer)).toBe(true);
			KINDS.workflow.takeBlockingAnswer(state, answer);
			expect(KINDS.workflow.outputs.aggregated(state)).toMatchObject([
				{ ...ids, status, outputs, files: [file] },
			]);
			expect(runError(state, 'complete') !== undefined).toBe(status === 'failed');
		},
	);

	it.each([[{ code: 'x', message: 'y' }], [{ answer: 'Hi' }], ['page'], [null]])(
		'is not %j',
		(json) => expect(isWorkflowAnswer(json)).toBe(false),
	);
});

describe('the text of a run whose stream was lost', () => {
	const outputs = { text: 'Hello', data: { n: 1 }, more: 'x' };
	const whole = 'Hello\n{\n  "n": 1\n}\nx';

	it.each(['', 'Hel', 'Hello\n{'])('is put together from the outputs after "%s"', (before) => {
		const state = reduced([started, ...(before ? [text(before)] : [])]);
		state.hasGap = true;
		reduceEvent(state, toEvent(text('tail')));
		reduceEvent(state, toEvent(finished('succeeded', { outputs })));
		expect(mendText(state, before)).toEqual({ text: whole, replaces: true });
		expect(state).toMatchObject({ answer: whole, hasGap: false });
	});

	it.each([
		['another text', { text: 'Bye' }],
		['an output that is no text', { text: 'Hello', list: [1] }],
	])('stays what was received if there is %s', (_name, others) => {
		const state = reduced([started, text('Hel')]);
		state.hasGap = true;
		reduceEvent(state, toEvent(finished('succeeded', { outputs: others as IDataObject })));
		expect(mendText(state, 'Hel')).toBeUndefined();
		expect(state).toMatchObject({ answer: 'Hel', hasGap: true });
	});
});

describe('the id of the task', () => {
	it('is not that of the run, which a run that had ended gives in its place', () => {
		const state = reduced([{ ...finished('succeeded'), task_id: 'run' }]);
		expect(KINDS.workflow.outputs.aggregated(state)).toMatchObject([{ task_id: null }]);
	});
});
