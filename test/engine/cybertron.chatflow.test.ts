import type { IDataObject } from 'n8n-workflow';

import type { CybertronSimulator } from '../simulators/cybertron';
import {
	ASSISTANT_FLOW,
	COLLECTION_FLOW,
	startCybertronSimulator,
	UPLOAD_FLOW,
} from '../simulators/cybertron';
import { cybertron, failure, only, timed } from './cybertron.helpers';

const COLLECT_NODE = '67a4219c-963d-4e9d-8af9-81e6d3af6095';

let simulator: CybertronSimulator;

beforeAll(async () => {
	simulator = await startCybertronSimulator();
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

const run = async (question: string, parameters: IDataObject = {}, options: IDataObject = {}) =>
	await cybertron(simulator, 'chatflow.run', {
		trigger: 'direct',
		flowUuid: ASSISTANT_FLOW,
		question,
		...(parameters as object),
		options: { ...(options as object) },
	});
const collect = async (question: string, options: IDataObject = {}, parameters: IDataObject = {}) =>
	await run(question, { flowUuid: COLLECTION_FLOW, ...parameters }, options);
const message = (number = 0) => (simulator.received[number]?.json ?? {}) as IDataObject;
const sent = (field: string) => simulator.received.map((_, number) => message(number)[field]);

describe('what a message to a chatflow says', () => {
	it('names flow, node, inputs and debug mode, and has the credentials in both spellings', async () => {
		only(await run('Hi', { segmentCode: 's1' }));
		expect(message()).toEqual({
			'cybertron-robot-key': simulator.robotKey,
			'cybertron-robot-token': simulator.robotToken,
			cybertron_robot_key: simulator.robotKey,
			cybertron_robot_token: simulator.robotToken,
			username: simulator.username,
			question: 'Hi',
			segment_code: 's1',
			open_flow_trigger: 'direct',
			open_flow_uuid: ASSISTANT_FLOW,
			open_flow_node_uuid: '',
			open_flow_node_inputs: {},
			open_flow_debug: 0,
		});
	});

	it('names no flow with an automatic trigger', async () => {
		only(await run('Hi', { trigger: 'auto' }));
		expect(message()).toMatchObject({ open_flow_trigger: 'auto' });
		expect(message()).not.toHaveProperty('open_flow_uuid');
	});

	it('names no message source', async () => {
		only(await run('Hi'));
		expect(message()).not.toHaveProperty('message_source');
	});

	it('runs a single node with its inputs', async () => {
		const item = only(
			await collect('', { nodeUuid: COLLECT_NODE, nodeInputs: '{"city":"Oslo"}', debug: true }),
		);
		expect(message()).toMatchObject({
			open_flow_node_uuid: COLLECT_NODE,
			open_flow_node_inputs: { city: 'Oslo' },
			open_flow_debug: 1,
		});
		expect(item.answer).toBe('Please provide your name');
	});

	it('takes the documented path', async () => {
		only(await run('Hi'));
		expect(simulator.received[0]?.path).toBe('/openapi/v2/ws/dialog/');
	});

	it('names the flow in every message', async () => {
		only(await collect('', { followUps: ['My name is Zhang San'] }));
		expect(message(1)).toMatchObject({ open_flow_uuid: COLLECTION_FLOW, open_flow_debug: 0 });
	});

	it('says so when no flow was named, and asks nothing', async () => {
		const error = failure(await run('Hi', { flowUuid: ' ' }));
		expect(error.message).toBe('Flow UUID is empty');
		expect(simulator.state.handshakes).toEqual([]);
	});

	it('says so when the node inputs are no JSON object', async () => {
		const error = failure(await run('Hi', {}, { nodeInputs: '[1' }));
		expect(error.message).toBe('Node Inputs is not a JSON object');
	});

	it.each<[string, unknown]>([
		['filled in one by one', ['My name is Zhang San', 'My mobile phone number is 133103335027']],
		['given by an expression', '={{ $json.messages }}'],
		['given by an expression in a row', ['={{ $json.messages }}']],
	])('sends follow-ups on one socket, %s', async (_how, followUps) => {
		const messages = ['My name is Zhang San', 'My mobile phone number is 133103335027'];
		const item = only(
			await cybertron(
				simulator,
				'chatflow.run',
				{
					trigger: 'direct',
					flowUuid: COLLECTION_FLOW,
					question: '',
					options: { followUps: followUps as string[] },
				},
				{ items: [{ json: { messages } }] },
			),
		);
		expect(sent('question')).toEqual(['', ...messages]);
		expect(new Set(simulator.received.map(({ connection }) => connection)).size).toBe(1);
		expect(item).toMatchObject({ flow_ended: true, entities: { customerName: 'Zhang San' } });
		expect((item.rounds as IDataObject[]).map(({ question }) => question)).toEqual([
			'',
			...messages,
		]);
	});

	it('a flow that is bound to its socket goes on with follow-ups', async () => {
		simulator.state.settings.flowBoundToSocket = true;
		const item = only(await collect('', { followUps: ['My name is Zhang San'] }));
		expect(item.answer).toBe('Please provide your mobile phone number');
	});
});

describe('the session of a chatflow', () => {
	it('is a new one when Segment Code is empty, and can be continued by the next node', async () => {
		const first = only(await collect(''));
		expect(first).toMatchObject({
			waiting_input: true,
			answer: expect.stringMatching(/name$/) as string,
		});
		const next = only(
			await collect('My name is Zhang San', {}, { segmentCode: first.segment_code }),
		);
		expect(next.answer).toBe('Please provide your mobile phone number');
		expect(next.segment_code).toBe(first.segment_code);
	});

	it('is left to the server when the latest one is to be continued', async () => {
		only(await collect(''));
		const item = only(await collect('My name is Zhang San', { continueLatest: true }));
		expect(message(1)).not.toHaveProperty('segment_code');
		expect(item).toMatchObject({
			answer: 'Please provide your mobile phone number',
			segment_code: null,
		});
	});
});

describe('what the frames of a chatflow become', () => {
	it.each(['piece', 'full', 'empty'])(
		'assembles a streamed answer whose last chunk is %s',
		async (last) => {
			const item = only(await run(`The quick brown fox #last:${last}`));
			expect(item.answer).toBe('You said: The quick brown fox');
			expect(item.waiting_input).toBe(true);
		},
	);

	it('drops the frame that repeats a streamed answer as a whole', async () => {
		expect(only(await run('Hello #repeat')).answer).toBe('You said: Hello');
	});

	it.each(['#lower', ''])('reads answer and Answer (%s)', async (directive) => {
		expect(only(await collect(directive)).answer).toMatch(/Please provide your name$/);
	});

	it.each(['#zero-stripped', '#numeric-codes'])(
		'understands codes without zeros (%s)',
		async (directive) => {
			const item = only(await collect(directive));
			expect(item).toMatchObject({
				waiting_input: true,
				answer: expect.stringMatching(/name$/) as string,
			});
		},
	);

	it.each(['#acks-400000', '#no-acks', '#no-task-ack', '#no-question-ack'])(
		'neither needs acknowledgements nor takes their code for a failure (%s)',
		async (directive) => {
			expect(only(await run(`Hello ${directive}`)).answer).toBe('You said: Hello');
		},
	);

	it('keeps every digit of the dialog id', async () => {
		const item = only(await run('Hello'));
		const [session] = simulator.state.sessions.list(`${simulator.robotKey} ${simulator.username}`);
		expect(item.dialog_id).toBe(session?.dialogs[0]?.dialogId);
	});

	it('takes the dialog id of the round, not the stale one of its end', async () => {
		const item = only(await collect('', { followUps: ['My name is Zhang San'] }));
		const ids = (item.rounds as IDataObject[]).map(({ dialog_id }) => dialog_id);
		expect(new Set(ids).size).toBe(2);
		expect(item.dialog_id).toBe(ids[1]);
	});

	it('reads the stage of the flow where it is', async () => {
		expect(only(await run('Bye #end'))).toMatchObject({ flow_ended: true, waiting_input: false });
	});

	it('tells who takes over when the conversation goes to a human', async () => {
		expect(only(await run('Help #transfer 3')).transfer).toEqual({
			manual_reply: 3,
			trigger_condition: 'intent',
			manua_reply_name: 'Human service',
		});
	});

	it('leaves unknown frames and codes alone, but shows them as events', async () => {
		expect(only(await run('Hello #unknown')).answer).toBe('You said: Hello');
		const { json } = await run('Hello #unknown', { outputMode: 'events' });
		expect(json).toContainEqual(expect.objectContaining({ type: 'mystery' }));
		expect(json).toContainEqual(
			expect.objectContaining({ data: expect.objectContaining({ code: '002012' }) as object }),
		);
	});

	it('says so when an item per node was asked for and no node ran', async () => {
		const result = await run('Hello', { trigger: 'auto', outputMode: 'perNode' });
		expect(result.json).toEqual([]);
		expect(result.hints).toMatchObject([
			{ message: expect.stringContaining('No node of a flow ran') as string },
		]);
	});

	it('answers like a plain robot in automatic mode', async () => {
		expect(only(await run('Hello', { trigger: 'auto' }))).toMatchObject({
			answer: 'You asked: Hello',
			waiting_input: false,
			flow_ended: false,
			nodes: [],
		});
	});
});

describe('when a round ends', () => {
	const GRACE_MS = 1_500;

	it.each([
		['the flow waits', 'Hello #drop:002005', { waiting_input: true, flow_ended: false }],
		['the flow has ended', 'Bye #end #drop:002005', { waiting_input: false, flow_ended: true }],
		['only a flag says that it waits', '#waiting-flag', { waiting_input: true, flow_ended: false }],
		['a plain text ends the reply', 'Hello #string-end', { answer: 'You said: Hello' }],
	])('waits a short grace for the end marker when %s', async (_when, question, expected) => {
		const flowUuid = question === '#waiting-flag' ? COLLECTION_FLOW : ASSISTANT_FLOW;
		const { result, ms } = await timed(run(question, { flowUuid }));
		expect(only(result)).toMatchObject(expected);
		expect(only(result)).not.toHaveProperty('warning');
		expect(ms).toBeGreaterThanOrEqual(GRACE_MS);
		expect(ms).toBeLessThan(GRACE_MS + 2500);
	});

	it('does not end with the first node although every frame says finish', async () => {
		expect(only(await collect('')).answer).toMatch(
			/^Hello, welcome[^]*\n\nPlease provide your name$/,
		);
	});

	it('a late end marker of one round does not end the next one', async () => {
		const item = only(await run('One #drop:002005', {}, { followUps: ['Two #delay 400'] }));
		expect((item.rounds as IDataObject[]).map(({ answer }) => answer)).toEqual([
			'You said: One',
			'You said: Two',
		]);
	});

	it('doubled frames change nothing, also across rounds', async () => {
		const item = only(
			await collect('#duplicate', {
				debug: true,
				followUps: ['My name is Zhang San #duplicate'],
			}),
		);
		expect(item.rounds).toMatchObject([
			{
				answer: expect.stringMatching(
					/^Hello, welcome[^\n]*\n\nPlease provide your name$/,
				) as string,
			},
			{ answer: 'Please provide your mobile phone number', waiting_input: true },
		]);
		expect(item.nodes).toHaveLength(1);
	});
});

describe('jumps to another flow', () => {
	it.each(['jump', 'jump-text'])(
		'are reported and not followed unless told so (%s)',
		async (kind) => {
			const item = only(await run(`Go #${kind}:${COLLECTION_FLOW}`));
			expect(item).toMatchObject({ jump_flow_uuid: COLLECTION_FLOW, answer: '' });
			expect(simulator.received).toHaveLength(1);
		},
	);

	it.each(['jump', 'jump-text'])(
		'are followed on the same socket when told so (%s)',
		async (kind) => {
			simulator.faults.add({ on: 'round', directives: `#${kind}:${COLLECTION_FLOW}`, times: 1 });
			const item = only(await run('Go', {}, { followJumps: true }));
			expect(sent('open_flow_uuid')).toEqual([ASSISTANT_FLOW, COLLECTION_FLOW]);
			expect(sent('question')).toEqual(['Go', 'Go']);
			expect(item).toMatchObject({
				jump_flow_uuid: COLLECTION_FLOW,
				answer: expect.stringMatching(/Please provide your name$/) as string,
				waiting_input: true,
			});
			expect(item.rounds).toHaveLength(1);
		},
	);

	it('lead the follow-ups to the flow that was jumped to', async () => {
		simulator.faults.add({ on: 'round', directives: `#jump:${COLLECTION_FLOW}`, times: 1 });
		const item = only(
			await run('', {}, { followJumps: true, followUps: ['My name is Zhang San'] }),
		);
		expect(sent('open_flow_uuid')).toEqual([ASSISTANT_FLOW, COLLECTION_FLOW, COLLECTION_FLOW]);
		expect(item.answer).toBe('Please provide your mobile phone number');
	});

	it('are followed three times at most', async () => {
		simulator.faults.add({ on: 'round', directives: `#jump:${ASSISTANT_FLOW}` });
		const item = only(await run('Go', {}, { followJumps: true }));
		expect(simulator.received).toHaveLength(4);
		expect(item).toMatchObject({ jump_flow_uuid: ASSISTANT_FLOW, answer: '' });
	});
});

describe('uploads within a chatflow', () => {
	const start = async (question = 'File upload', options: IDataObject = {}) =>
		await cybertron(simulator, 'chatflow.startUpload', {
			question,
			segmentCode: 'up1',
			options: { ...(options as object) },
		});
	const submit = async (started: IDataObject, parameters: IDataObject = {}) =>
		await cybertron(simulator, 'chatflow.submitUpload', {
			segmentCode: String(started.segment_code),
			dialogId: String(started.dialog_id),
			options: {},
			...(parameters as object),
		});

	it('a start tells which files the flow wants, wherever the server says it', async () => {
		const item = only(await start());
		expect(message()).toMatchObject({
			question: 'File upload',
			segment_code: 'up1',
			message_source: 'web',
			cybertron_robot_key: simulator.robotKey,
		});
		expect(item).toMatchObject({
			segment_code: 'up1',
			dialog_id: expect.stringMatching(/^\d{19}$/) as string,
			flow_uuid: UPLOAD_FLOW,
			instruction: expect.any(String) as string,
			node_id: expect.any(String) as string,
			waiting_input: true,
		});
		expect((item.upload_file_categories as IDataObject[])[0]).toMatchObject({
			id: expect.any(Number) as number,
			name: expect.any(String) as string,
			support_formats: expect.any(String) as string,
		});
	});

	it('a start that meets no upload says so', async () => {
		const item = only(await start('Hello'));
		expect(item).toMatchObject({
			upload_file_categories: [],
			warning: expect.stringContaining('named no files') as string,
		});
	});

	it('the message source of uploads can be set', async () => {
		only(await start('File upload', { messageSource: 'WS' }));
		expect(message().message_source).toBe('WS');
	});

	it('a submission names the dialog of the start, and reads on until the round ends', async () => {
		const started = only(await start());
		simulator.received.length = 0;
		const item = only(await submit(started));
		expect(message()).toEqual({
			'cybertron-robot-key': simulator.robotKey,
			'cybertron-robot-token': simulator.robotToken,
			cybertron_robot_key: simulator.robotKey,
			cybertron_robot_token: simulator.robotToken,
			username: simulator.username,
			question: '',
			segment_code: 'up1',
			message_source: 'web',
			type: 'upload',
			upload_payload: { upload_flag: 2 },
			dialog_id: started.dialog_id,
		});
		expect(item).toMatchObject({
			flow_ended: true,
			answer: expect.stringMatching(/./) as string,
			file_upload: { code: '000000', message: 'success' },
			dialog_id: expect.stringMatching(/^\d{19}$/) as string,
		});
		expect(item.dialog_id).not.toBe(started.dialog_id);
	});

	it('a submission whose inner code is not 000000 is a failure', async () => {
		const started = only(await start('File upload #upload-fail'));
		const error = failure(await submit(started));
		expect(error.message).toContain('400000');
		expect(error.context.data).toMatchObject({
			code: '400000',
			message: 'upload task does not exist',
			segment_code: 'up1',
		});
	});

	it('the printed example of 3.3.2, one frame and nothing after it, is a success', async () => {
		const [script] = simulator.scripts.list().filter(({ name }) => name === 'submit-upload');
		simulator.scripts.add({ ...script!, match: { segmentCode: 'printed' } });
		const item = only(
			await cybertron(simulator, 'chatflow.submitUpload', {
				segmentCode: 'printed',
				dialogId: '1017340986451495206',
				options: {},
			}),
		);
		expect(item).toMatchObject({
			dialog_id: '1017344061781661013',
			flow_uuid: '2fb61212-e93e-11ef-8b04-e4434b3011a0',
			flow_name: 'File upload',
			answer: '',
			file_upload: { code: '000000', message: 'success', data: {} },
		});
	});

	it.each([
		['segmentCode', 'Segment Code is empty'],
		['dialogId', 'Dialog ID is empty'],
	])('a submission needs %s', async (name, text) => {
		const error = failure(
			await submit({ segment_code: 'a', dialog_id: 'b' }, { [name]: '={{ "" }}' }),
		);
		expect(error.message).toBe(text);
		expect(simulator.state.handshakes).toEqual([]);
	});
});
