import type { IDataObject } from 'n8n-workflow';

import printed from '../fixtures/cybertron/three-rounds.json';
import type { CybertronSimulator } from '../simulators/cybertron';
import { loadTranscript, startCybertronSimulator } from '../simulators/cybertron';
import { cybertron, only } from './cybertron.helpers';

const SEGMENT = 'cd0f14c3-801c-4b2d-8882-395e4ee7b9f5';
const FLOW = '3c61d330-a577-11ef-ad83-e4434b3011a0';
const WELCOME =
	'Hello, welcome to our company to handle business! Your name and contact information will be collected now. We will keep it confidential. Please rest assured.';
const GOODBYE =
	/^Mr\. Zhang, your last number is: 5027\. The information collection is completed\./;
const QUESTIONS = ['', 'My name is Zhang San', 'My mobile phone number is 133103335027'];

const NODE = {
	welcome: 'a93311b9-7e1b-40d3-a0e5-94e26e2d9748',
	collect: '67a4219c-963d-4e9d-8af9-81e6d3af6095',
	code: '658d5db7-2460-4ed9-9842-59398e0b894a',
	goodbye: '8893d45d-64a4-4854-8f51-0c4c18842839',
};

let simulator: CybertronSimulator;

beforeAll(async () => {
	simulator = await startCybertronSimulator();
});
beforeEach(() => {
	simulator.reset();
	const [transcript] = simulator.scripts.list().filter(({ name }) => name === 'three-rounds');
	if (!transcript) throw new Error('The printed transcript is missing');
	simulator.scripts.add({ ...transcript, match: { flowUuid: FLOW } });
});
afterAll(async () => await simulator.close());

/** Sends the printed conversation, message by message, on one socket. */
async function conversation(outputMode: string, questions = QUESTIONS) {
	const [question = '', ...followUps] = questions;
	return await cybertron(simulator, 'chatflow.run', {
		trigger: 'direct',
		flowUuid: FLOW,
		question,
		segmentCode: SEGMENT,
		outputMode,
		options: { debug: true, followUps },
	});
}

describe('the three printed rounds of 3.1.1, played letter for letter', () => {
	it('aggregates the first round: both texts with a blank line between, waiting for input', async () => {
		const item = only(await conversation('aggregated', ['']));
		expect(item).toMatchObject({
			answer: `${WELCOME}\n\nPlease provide your name`,
			dialog_id: '1858406156273270784',
			segment_code: SEGMENT,
			task_id: '7e912afca57b11ef8652004238b4a21d',
			session_id: '7edd9595-a57b-11ef-bce8-004238b4a21d',
			flow_uuid: FLOW,
			flow_name: 'Customer Information Collection Assistant',
			waiting_input: true,
			flow_ended: false,
			entities: {},
			variables: {},
		});
		expect(item.nodes).toEqual([
			{ node_id: NODE.welcome, node_type: 'answer', node_title: null, answer: WELCOME },
			{
				node_id: NODE.collect,
				node_type: 'parameter_extractor',
				node_title: null,
				answer: 'Please provide your name',
			},
		]);
	});

	it('aggregates all three rounds into one item that is the last round', async () => {
		const item = only(await conversation('aggregated'));
		expect(item).toMatchObject({
			answer: expect.stringMatching(GOODBYE) as string,
			dialog_id: '1858407336739160064',
			task_id: '266cf5eea57c11efa06a004238b4a21d',
			waiting_input: false,
			flow_ended: true,
			entities: { customerName: 'Zhang San', customerPhoneNumber: '133103335027' },
		});
		expect(item.variables).toEqual({
			my_var: 'Mr. Zhang, your last number is: 5027.',
			last_code_response: { desc: 'Mr. Zhang, your last number is: 5027.' },
			last_code_time_cost: 0.6902499198913574,
			last_code_error: '',
		});
		const ended = { waiting_input: false, flow_ended: true };
		const waiting = { waiting_input: true, flow_ended: false };
		expect(item.rounds).toEqual([
			{
				question: QUESTIONS[0],
				answer: `${WELCOME}\n\nPlease provide your name`,
				dialog_id: '1858406156273270784',
				...waiting,
			},
			{
				question: QUESTIONS[1],
				answer: 'Please provide your mobile phone number',
				dialog_id: '1858406963072811008',
				...waiting,
			},
			{
				question: QUESTIONS[2],
				answer: item.answer,
				dialog_id: '1858407336739160064',
				...ended,
			},
		]);
	});

	it('gives an item for every node that ran, in the order in which they ended', async () => {
		const { json, items } = await conversation('perNode');
		expect(json.map(({ round, node_type, answer }) => ({ round, node_type, answer }))).toEqual([
			{ round: 0, node_type: 'answer', answer: WELCOME },
			{ round: 0, node_type: 'parameter_extractor', answer: 'Please provide your name' },
			{
				round: 1,
				node_type: 'parameter_extractor',
				answer: 'Please provide your mobile phone number',
			},
			{ round: 2, node_type: 'parameter_extractor', answer: '' },
			{ round: 2, node_type: 'flow_code', answer: '' },
			{ round: 2, node_type: 'answer', answer: expect.stringMatching(GOODBYE) as string },
		]);
		expect(Object.keys(json[0] as IDataObject).sort()).toEqual(
			[
				...['node_id', 'node_type', 'node_title', 'answer', 'entities', 'variables'],
				...['round', 'dialog_id', 'segment_code', 'flow_uuid'],
			].sort(),
		);
		expect(json[4]).toMatchObject({
			node_id: NODE.code,
			variables: { last_code_time_cost: 0.6902499198913574, last_code_error: '' },
			dialog_id: '1858407336739160064',
			segment_code: SEGMENT,
			flow_uuid: FLOW,
		});
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(items.map(() => ({ item: 0 })));
	});

	it('the flow entry of the start node, whose id is spelt in many ways, is no node that ran', async () => {
		const { json } = await conversation('perNode');
		expect(json.filter(({ node_type }) => node_type === 'start')).toEqual([]);
		expect(json.filter(({ node_id }) => String(node_id).startsWith('start'))).toEqual([]);
	});

	it('gives every frame unaltered but for ids that a number cannot hold', async () => {
		const { json } = await conversation('events');
		const texts = printed.rounds.flatMap(({ server }) => server);
		const quoted = texts.map((text) => text.replace(/("dialog_id":\s*)(\d{16,})/g, '$1"$2"'));
		expect(json).toEqual(quoted.map((text) => JSON.parse(text) as IDataObject));
	});

	it('sends the printed messages: the same fields, the session, the flow in every round', async () => {
		await conversation('aggregated');
		const sent = simulator.received.map(({ json }) => json ?? {});
		const expected = loadTranscript('three-rounds').rounds.map(
			({ client }) => JSON.parse(client) as IDataObject,
		);
		expect(sent).toHaveLength(3);
		sent.forEach((message, round) => {
			expect(message).toEqual({
				...expected[round],
				username: simulator.username,
				'cybertron-robot-key': simulator.robotKey,
				'cybertron-robot-token': simulator.robotToken,
				cybertron_robot_key: simulator.robotKey,
				cybertron_robot_token: simulator.robotToken,
			});
		});
		expect(new Set(simulator.received.map(({ connection }) => connection)).size).toBe(1);
	});
});
