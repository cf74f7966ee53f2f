import {
	ASSISTANT_FLOW,
	COLLECTION_FLOW,
	loadTranscript,
	startCybertronSimulator,
	UPLOAD_FLOW,
	type CybertronSimulator,
} from '../../simulators/cybertron';
import { dataField, outline, WireClient } from './cybertron.helpers';

const QUESTIONS = ['', 'My name is Zhang San', 'My mobile phone number is 133103335027'];
const flowMessage = (question: string, debug = 1, flow = COLLECTION_FLOW) => ({
	question,
	segment_code: 'cd0f14c3-801c-4b2d-8882-395e4ee7b9f5',
	open_flow_trigger: 'direct',
	open_flow_uuid: flow,
	open_flow_node_uuid: '',
	open_flow_node_inputs: {},
	open_flow_debug: debug,
});

/** Replaces what differs from run to run: ids, times, and the start node's many lengths. */
function normalise(text: string): unknown {
	return JSON.parse(
		text
			.replace(/"dialog_id":\s*\d+/g, '"dialog_id":1')
			.replace(/"dialog_id":\s*"\d+"/g, '"dialog_id":"1"')
			.replace(/("(?:task_id|session_id)":\s*)"[^"]*"/g, '$1"id"')
			.replace(/("[a-z_]*time[a-z]*":\s*)"[^"]*"/g, '$1"time"')
			.replace(/("(?:time_date|response_[a-z_]*)":\s*)"[^"]*"/g, '$1"time"')
			.replace(/("timestamp":\s*)\d+/g, '$11')
			.replace(/start0+/g, 'start0'),
	);
}

describe('the simulated chatflow', () => {
	let simulator: CybertronSimulator;
	let client: WireClient;

	beforeEach(async () => {
		simulator = await startCybertronSimulator();
		client = await WireClient.open(simulator);
	});
	afterEach(async () => {
		await client.close();
		await simulator.close();
	});

	it('sends the frames of the printed three-round example, field by field', async () => {
		for (const question of QUESTIONS) await client.round(flowMessage(question));
		const printed = loadTranscript('three-rounds').rounds.flatMap((round) => round.server);
		expect(client.texts.map(normalise)).toEqual(printed.map(normalise));
	});

	it('orders the fields of every frame as printed', async () => {
		for (const question of QUESTIONS) await client.round(flowMessage(question));
		const printed = loadTranscript('three-rounds').rounds.flatMap((round) => round.server);
		const keys = (text: string) => Object.keys(JSON.parse(text) as object);
		expect(client.texts.map(keys)).toEqual(printed.map(keys));
	});

	it('collects the data of any user', async () => {
		const question = (text: string) => client.round(flowMessage(text));
		await question('');
		await question("I'm Ada Lovelace");
		const again = await question('I have no phone');
		expect(outline(again)).toEqual(['-2', '-1', '000000', '002004', '002005']);
		const last = await question('+44 20 7946 0958');
		const answers = last.map((frame) => dataField(frame, 'Answer')).filter(Boolean);
		expect(answers).toEqual([
			'Mr. Ada, your last number is: 0958. The information collection is completed. Thank you for your cooperation.',
		]);
	});

	it('leaves out the debug frames of a normal run', async () => {
		const rounds = [];
		for (const question of QUESTIONS) {
			rounds.push(outline(await client.round(flowMessage(question, 0))));
		}
		expect(rounds).toEqual([
			['-2', '-1', '000000', '000000', '002004', '002005'],
			['-2', '-1', '000000', '002004', '002005'],
			['-2', '-1', '000000', '002001', '002005'],
		]);
	});

	it('writes dialog ids as bare numbers in flow frames and as growing strings in acks', async () => {
		for (const question of QUESTIONS) await client.round(flowMessage(question));
		const acks = client.texts.flatMap((text) => /"dialog_id":"(\d{19})"/.exec(text)?.[1] ?? []);
		const bare = client.texts.flatMap((text) => /"dialog_id":(\d{19}),/.exec(text)?.[1] ?? []);
		expect(acks).toHaveLength(3);
		expect([...acks].sort()).toEqual(acks);
		expect(bare).toHaveLength(18);
		expect(new Set(bare)).toEqual(new Set(acks));
		for (const id of acks) expect(String(Number(id))).not.toBe(id);
		// The last frame of every round repeats the first id.
		const ends = client.texts.filter((text) => text.includes('"002005"'));
		expect(ends.every((text) => text.includes(`"dialog_id":${acks[0]},`))).toBe(true);
	});

	it('goes on with a waiting flow on another connection and without open_flow fields', async () => {
		await client.round(flowMessage(''));
		const other = await WireClient.open(simulator, '/openapi/v1/ws/dialog/');
		const frames = await other.round({
			question: 'Zhang San',
			segment_code: 'cd0f14c3-801c-4b2d-8882-395e4ee7b9f5',
		});
		await other.close();
		expect(dataField(frames.at(-2), 'output')).toMatchObject({
			entities: { customerName: 'Zhang San' },
		});
	});

	it('starts anew on another connection when flows are bound to their socket', async () => {
		simulator.state.settings.flowBoundToSocket = true;
		await client.round(flowMessage(''));
		const other = await WireClient.open(simulator);
		const frames = await other.round(flowMessage('Zhang San', 0));
		await other.close();
		expect(dataField(frames.at(-2), 'output')).toMatchObject({ entities: {} });
	});

	it.each([
		['piece', ['You ', 'said: ', 'a ', 'b']],
		['full', ['You ', 'said: ', 'a ', 'b', 'You said: a b']],
		['empty', ['You ', 'said: ', 'a ', 'b', '']],
	])('streams an LLM node whose last chunk is the %s', async (last, pieces) => {
		const frames = await client.round(flowMessage(`a b #last:${last}`, 0, ASSISTANT_FLOW));
		const chunks = frames.filter((frame) => dataField(frame, 'node_stream') === 1);
		expect(chunks.map((frame) => dataField(frame, 'answer'))).toEqual(pieces);
		expect(chunks.map((frame) => dataField(frame, 'node_answer_index'))).toEqual(
			pieces.map((_, i) => i),
		);
		expect(chunks.map((frame) => dataField(frame, 'node_answer_finish'))).toEqual(
			pieces.map((_, i) => (i === pieces.length - 1 ? 'y' : 'n')),
		);
		expect(outline(frames).slice(-2)).toEqual(['002004', '002005']);
	});

	it.each([
		['#jump', ['-2', '-1', '002007', '002005']],
		['#jump-text', ['-2', '-1', '0', '002005']],
		['#transfer', ['-2', '-1', '000301', '002005']],
		['#flow-error', ['-2', '-1', '400000', '002005']],
		['hello #end', ['-2', '-1', '000000', '000000', '000000', '002001', '002005']],
		['hello #drop', ['-2', '-1', '000000', '000000', '000000', '002004']],
		['hello #drop:002004,002005 #no-acks', ['000000', '000000', '000000']],
	])('plays the directive %s', async (question, expected) => {
		client.send(flowMessage(question, 0, ASSISTANT_FLOW));
		await client.round({ question: 'the end', segment_code: 'another' }, (frame) =>
			JSON.stringify(frame.data).includes('You asked: the end'),
		);
		const all = outline(client.frames);
		expect(all.slice(0, expected.length)).toEqual(expected);
	});

	it('asks with node_waiting_input alone', async () => {
		client.send(flowMessage('#waiting-flag', 1));
		await client.round({ question: 'x', segment_code: 'other' });
		const asking = client.frames.filter((frame) => frame.node_waiting_input === 1);
		expect(outline(asking)).toEqual(['000000']);
		expect(outline(client.frames)).not.toContain('002004');
	});

	it.each([
		['#zero-stripped', ['0', '2004', '2005']],
		['#numeric-codes', [0, 2004, 2005]],
	])('loses the leading zeros of codes with %s', async (directive, codes) => {
		client.send(flowMessage(`${directive} #no-acks`, 0));
		await client.round({ question: 'x', segment_code: 'other' });
		const found = client.frames.filter((f) => f.type === 'flow').map((f) => dataField(f, 'code'));
		expect(found.slice(1)).toEqual(codes);
	});

	it('fails in the flow for flows and nodes it does not know', async () => {
		const unknownFlow = await client.round(flowMessage('', 0, 'nonsense'));
		expect(outline(unknownFlow)).toEqual(['-2', '-1', '400000', '002005']);
		const unknownNode = await client.round({ ...flowMessage(''), open_flow_node_uuid: 'nonsense' });
		expect(outline(unknownNode)).toEqual(['-2', '-1', '400000', '002005']);
	});

	it('runs one node with its inputs', async () => {
		const frames = await client.round({
			...flowMessage(''),
			open_flow_node_uuid: 'a93311b9-7e1b-40d3-a0e5-94e26e2d9748',
			open_flow_node_inputs: { lang: 'en' },
		});
		const answers = frames.filter((frame) => dataField(frame, 'code') === '000000');
		expect(answers).toHaveLength(1);
		expect(dataField(answers[0], 'output')).toMatchObject({ inputs: { lang: 'en' } });
	});

	it('takes an upload from its start to the end of the flow', async () => {
		const start = await client.round({ question: 'File upload', segment_code: 'seg' });
		expect(outline(start)).toEqual(['-2', '-1', '002011', '002004', '002005']);
		expect(JSON.stringify(start[2])).toContain('"upload_file_categories":[{"id":1');
		const submit = (dialogId: unknown) =>
			client.round({
				question: '',
				segment_code: 'seg',
				type: 'upload',
				upload_payload: { upload_flag: 2 },
				dialog_id: dialogId,
			});
		const wrong = await submit(String(Number(dataField(start[1], 'dialog_id'))));
		expect(wrong[0]?.file_upload).toMatchObject({ code: '400000' });
		const right = await submit(dataField(start[1], 'dialog_id'));
		expect(outline(right)).toEqual(['002011', '000000', '002001', '002005']);
		const [printed] = loadTranscript('submit-upload').rounds[0]?.server ?? [];
		const sample = JSON.parse(printed ?? '') as Record<string, object>;
		expect(Object.keys(right[0] ?? {})).toEqual(Object.keys(sample));
		expect(Object.keys(right[0]?.data as object)).toEqual(Object.keys(sample.data ?? {}));
		expect(UPLOAD_FLOW).toBe(dataField(right[0], 'flow_uuid'));
	});

	it('refuses the files of an upload that is to fail', async () => {
		const start = await client.round({ ...flowMessage('#upload-fail', 0, UPLOAD_FLOW) });
		const submit = await client.round({
			segment_code: 'cd0f14c3-801c-4b2d-8882-395e4ee7b9f5',
			type: 'upload',
			upload_payload: { upload_flag: 2 },
			dialog_id: dataField(start[1], 'dialog_id'),
		});
		expect(submit[0]?.file_upload).toMatchObject({ code: '400000' });
	});

	it('plays a round of many frames whose history grows', async () => {
		const frames = await client.round(flowMessage('#big 300 #history:250', 0, ASSISTANT_FLOW));
		const chunks = frames.filter((frame) => dataField(frame, 'node_stream') === 1);
		expect(chunks).toHaveLength(300);
		const rows = chunks.map((frame) => (dataField(frame, 'history') as unknown[]).length);
		expect([rows[0], rows[99], rows[299]]).toEqual([1, 100, 250]);
	});
});
