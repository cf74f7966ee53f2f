import type { IDataObject } from 'n8n-workflow';

import { runError } from '../../../../../nodes/Dify/run/runError';
import {
	errorFrame,
	finished,
	formRequired,
	frame,
	itemOf,
	message,
	messageEnd,
	nodeFinished,
	nodeStarted,
	paused,
	reduceAll,
	started,
	waits,
	workerError,
} from './frames';

/** Every cell of SERVER.md, "Order of events": what arrives, and what is made of it. */
interface Cell {
	name: string;
	frames: IDataObject[];
	/** What the reader waits for after the last event. */
	wait: string;
	/** Whether the server leaves the stream open after the last event. */
	staysOpen?: boolean;
	item?: IDataObject;
	failure?: { message: string; code?: string | null };
	keepAudio?: boolean;
}

const OPEN = 'idle';
const body = [started(), nodeStarted('llm'), message('Hel'), message('lo'), nodeFinished('llm')];
const answered = { answer: 'Hello', status: 'succeeded', workflow_run_id: 'run' };
const SYNTHETIC = 'Workflow stream ended without a terminal event';
const annotation = message('From an annotation', null);
const annotationEnd = frame('message_end', {
	metadata: { retriever_resources: [], usage: { total_tokens: 1 } },
	files: [],
});
const annotated = { answer: 'From an annotation', status: 'succeeded', workflow_run_id: null };
const audio = (base64: string) => frame('tts_message', { audio: base64 });
const audioEnd = frame('tts_message_end', { audio: '' });
const stopped = finished('stopped', { error: 'Stopped by user.' });
const failed = finished('failed', { error: 'The model is overloaded' });
const overloaded = { message: 'The Dify workflow failed: The model is overloaded' };

const CELLS: Record<string, Cell[]> = {
	'up to 1.12': [
		{
			name: 'success: message_end comes last',
			frames: [...body, finished('succeeded'), messageEnd()],
			wait: 'done',
			item: { ...answered, metadata: { usage: { total_tokens: 7 } } },
		},
		{
			name: 'partial success',
			frames: [...body, finished('partial-succeeded'), messageEnd()],
			wait: 'done',
			item: { ...answered, status: 'partial-succeeded' },
		},
		{
			name: 'node failure: an error follows the failed run',
			frames: [...body, failed, errorFrame('invalid_param', 'Run failed: The model is overloaded')],
			wait: 'done',
			failure: overloaded,
		},
		{
			name: 'exception before the start: an error with a code',
			frames: [errorFrame('provider_not_initialize', 'No credentials')],
			wait: 'done',
			failure: {
				message: 'The model of the Dify app has no valid credentials',
				code: 'provider_not_initialize',
			},
		},
		{
			name: 'stop: message_end follows',
			frames: [...body, stopped, messageEnd()],
			wait: 'done',
			item: { answer: 'Hello', status: 'stopped' },
		},
		{
			name: 'annotation',
			frames: [annotation, annotationEnd],
			wait: 'messageOnly 1 s',
			item: annotated,
		},
		{
			name: 'spoken answer: the audio comes last',
			frames: [
				...body,
				audio('AAAA'),
				finished('succeeded'),
				messageEnd(),
				audio('BBBB'),
				audioEnd,
			],
			wait: 'done',
			keepAudio: true,
			item: answered,
		},
	],
	'1.13.0': [
		{
			name: 'success: message_end never comes',
			frames: [...body, finished('succeeded')],
			wait: 'finishedRun 5 s',
			item: { ...answered, metadata: {} },
		},
		{
			name: 'partial success',
			frames: [...body, finished('partial-succeeded')],
			wait: 'finishedRun 5 s',
			item: { ...answered, status: 'partial-succeeded' },
		},
		{
			name: 'node failure: no error follows',
			frames: [...body, failed],
			wait: 'failedRun 2 s',
			failure: { ...overloaded, code: 'workflow_failed' },
		},
		{
			name: 'exception before the start: an error without code and ids, then silence',
			frames: [workerError('city is required in input form')],
			wait: 'done',
			staysOpen: true,
			failure: {
				message: 'Dify could not process the message: city is required in input form',
				code: null,
			},
		},
		{
			name: 'stop',
			frames: [...body, stopped],
			wait: 'failedRun 2 s',
			item: { answer: 'Hello', status: 'stopped' },
		},
		{
			name: 'annotation: the stream stays open without workflow events',
			frames: [annotation, annotationEnd],
			wait: 'messageOnly 1 s',
			staysOpen: true,
			item: annotated,
		},
		{
			name: 'human input',
			frames: [started(), nodeStarted('human'), formRequired(), paused()],
			wait: 'done',
			item: { answer: '', status: 'paused', human_input: [{ form_token: 'token' }] },
		},
		{
			name: 'spoken answer: the tail of the audio is cut off',
			frames: [...body, audio('AAAA'), finished('succeeded')],
			wait: 'finishedRun 5 s',
			keepAudio: true,
			item: answered,
		},
	],
	'1.13.1 to 1.16': [
		{
			name: 'success: workflow_finished comes last',
			frames: [...body, messageEnd(), finished('succeeded')],
			wait: 'done',
			item: { ...answered, metadata: { usage: { total_tokens: 7 } } },
		},
		{
			name: 'partial success',
			frames: [...body, messageEnd(), finished('partial-succeeded')],
			wait: 'done',
			item: { ...answered, status: 'partial-succeeded' },
		},
		{
			name: 'node failure: the error is not delivered',
			frames: [...body, failed],
			wait: 'failedRun 2 s',
			failure: overloaded,
		},
		{
			name: 'node failure: the error is delivered, as the documents claim',
			frames: [...body, failed, errorFrame('invalid_param', 'Run failed: The model is overloaded')],
			wait: 'done',
			failure: overloaded,
		},
		{
			name: 'exception before the start, an unknown conversation: not even a text',
			frames: [workerError('')],
			wait: 'done',
			staysOpen: true,
			failure: { message: 'Dify could not start the run and gave no reason', code: null },
		},
		{
			name: 'stop',
			frames: [...body, stopped],
			wait: 'failedRun 2 s',
			item: { answer: 'Hello', status: 'stopped' },
		},
		{
			name: 'annotation: the stream stays open',
			frames: [annotation, annotationEnd],
			wait: 'messageOnly 1 s',
			staysOpen: true,
			item: annotated,
		},
		{
			name: 'human input with two forms',
			frames: [
				started(),
				formRequired(),
				formRequired({ form_id: 'second', node_id: 'human-2' }),
				paused(),
			],
			wait: 'done',
			item: { status: 'paused', human_input: [{ form_id: 'form' }, { form_id: 'second' }] },
		},
		{
			name: 'spoken answer: the audio is cut off, so no more is waited for than the end of the stream',
			frames: [...body, audio('AAAA'), messageEnd(), finished('succeeded')],
			wait: 'audio 5 s',
			keepAudio: true,
			item: answered,
		},
	],
	'1.17 and newer': [
		{
			name: 'success',
			frames: [...body, messageEnd(), finished('succeeded')],
			wait: 'done',
			item: answered,
		},
		{
			name: 'node failure',
			frames: [...body, failed],
			wait: 'failedRun 2 s',
			failure: overloaded,
		},
		{
			name: 'exception before the start: a made-up failed run follows the error',
			frames: [workerError('bad file'), finished('failed', { error: SYNTHETIC })],
			wait: 'done',
			failure: { message: 'Dify could not process the message: bad file' },
		},
		{
			name: 'annotation: a made-up failed run follows, although the reply succeeded',
			frames: [annotation, annotationEnd, started(), finished('failed', { error: SYNTHETIC })],
			wait: 'messageOnly 1 s',
			item: annotated,
		},
		{
			name: 'human input',
			frames: [started(), formRequired({ approval_channels: ['webapp'] }), paused()],
			wait: 'done',
			item: { status: 'paused' },
		},
		{
			name: 'spoken answer: all of it comes before the end of the run',
			frames: [
				...body,
				frame('tts_message', { audio: 'AAAA', audio_type: 'mp3' }),
				messageEnd(),
				audioEnd,
				finished('succeeded'),
			],
			wait: 'done',
			keepAudio: true,
			item: answered,
		},
	],
};

describe.each(Object.entries(CELLS))('Dify %s', (_column, cells) => {
	it.each(cells.map((cell): [string, Cell] => [cell.name, cell]))('%s', (_name, cell) => {
		const { frames, wait, item, failure, keepAudio } = cell;
		const seen = waits(frames, { keepAudio });
		expect(seen.at(-1)).toBe(wait);
		// Nothing is cut off: reading never ends before the last event that matters.
		const over = seen.indexOf('done');
		const rest = frames.slice(over + 1).map(({ event }) => event);
		if (over >= 0) expect(rest.filter((event) => event !== 'workflow_finished')).toEqual([]);
		// A stream that stays open is left at once, or after a short grace.
		if (cell.staysOpen) expect(seen.at(-1)).not.toBe(OPEN);
		if (item) expect(itemOf(frames, { keepAudio })).toMatchObject(item);
		const problem = runError(reduceAll(frames.slice(0, over + 1 || undefined)), 'complete', 'conv');
		if (failure?.code !== undefined) expect(problem?.details?.code).toBe(failure.code);
		expect(problem?.message).toBe(failure?.message);
	});
});

describe('apps without a workflow', () => {
	it('ends a chat app at message_end', () => {
		const frames = [message('Hi', null), annotationEnd];
		expect(waits(frames)).toEqual(['idle', 'messageOnly 1 s']);
		expect(itemOf(frames)).toMatchObject({ answer: 'Hi', status: 'succeeded', nodes: [] });
	});
});
