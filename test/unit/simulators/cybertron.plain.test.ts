import { startCybertronSimulator, type CybertronSimulator } from '../../simulators/cybertron';
import { dataField, outline, WireClient, type Frame } from './cybertron.helpers';

describe('the simulated robot without a flow', () => {
	let simulator: CybertronSimulator;
	let client: WireClient;
	const ask = (question: string, more: object = {}) => client.round({ question, ...more });
	const datas = (frames: Frame[], type: string) =>
		frames.filter((frame) => frame.type === type).map((frame) => frame.data);

	beforeEach(async () => {
		simulator = await startCybertronSimulator();
		client = await WireClient.open(simulator);
	});
	afterEach(async () => {
		await client.close();
		await simulator.close();
	});

	it('streams fragments and ends with a frame that holds the whole answer', async () => {
		const frames = await ask('one two');
		expect(outline(frames)).toEqual(['-2', '-1', '0', '1', '2', '3', '4']);
		expect(datas(frames, 'string')).toEqual(['You ', 'asked: ', 'one ', 'two']);
		expect(frames.at(-1)).toMatchObject({
			type: 'json',
			finish: 'y',
			data: { type: 'string', answer: 'You asked: one two' },
		});
		expect(frames.map((frame) => frame.finish)).toEqual([undefined, undefined, ...'nnnny']);
	});

	it('gives the same dialog id, as a string, in the ack and in the fragments', async () => {
		const frames = await ask('hello');
		const id = dataField(frames[1], 'dialog_id');
		expect(id).toMatch(/^\d{19}$/);
		expect(frames.slice(2).every((frame) => frame.dialog_id === id)).toBe(true);
	});

	it('cuts texts without blanks into pairs of characters', async () => {
		simulator.state.settings.latencyMs = 1;
		const frames = await ask('#exception-zh:512');
		expect(frames.at(-1)?.data).toBe('系统异常(512),稍后再试');
		expect(datas(await ask('#words:1'), 'string')).toEqual(['wo', 'rd', '1']);
	});

	it('sends thoughts, search hits and images at their places', async () => {
		const frames = await ask('n8n #search #reasoning:2');
		const order = outline(frames).filter((index, i, all) => index !== all[i - 1]);
		expect(order).toEqual(['-2', '-1', '-8', '-3', '0', '1', '-4', '2']);
		expect(datas(frames, 'reasoning')).toEqual([
			{ content: 'Thought 1. ' },
			{ content: 'Thought 2. ' },
		]);
		expect(datas(frames, 'online_search')).toHaveLength(3);
		expect(datas(frames, 'images')).toEqual([
			{ index: 0, type: 'images', answer: 'https://images.example/1.png' },
			{ index: 1, type: 'images', answer: 'https://images.example/2.png' },
		]);
		expect(dataField(frames.at(-1), 'answer')).toMatchObject({ type: 'online_search|image' });
	});

	it('ends with llm_end when asked', async () => {
		const frames = await ask('hi #llm-end');
		expect(frames.at(-1)).toMatchObject({ type: 'llm_end', data: 'You asked: hi' });
	});

	it('sends plugin answers twice, also with data as a text', async () => {
		const forwarded = { 'extra-header': 'a', 'extra-body': 'b' };
		const frames = await ask('#plugin', forwarded);
		expect(frames.slice(2).map(({ index, finish }) => [index, finish])).toEqual([
			[0, 'n'],
			[1, 'y'],
		]);
		expect(JSON.stringify(frames[3]?.data)).toContain('{"extra_header":"a","extra_body":"b"}');
		const chart = await ask('#chart #data-as-string');
		expect(JSON.parse(String(chart.at(-1)?.data))).toMatchObject({
			type: 'json',
			answer: { type: 'markdown', raw_data: { type: 'chart', chart_type: 'bar' } },
		});
	});

	it('tells the source of an answer and puts the misspelt prefix before a welcome', async () => {
		const qa = await ask('hi #qa');
		expect(dataField(qa.at(-1), 'answer_source')).toBe('QA');
		const welcome = await ask('', { welcome: '1' });
		expect(dataField(welcome.at(-1), 'answer')).toMatch(/^wellcomeHello/);
	});

	it.each([
		['#exception', 'System exception (209), please try again later.'],
		['#exception:404', 'System exception (404), please try again later.'],
		['#busy', 'The system is busy, please try again later'],
	])('reports %s inside a success frame', async (question, text) => {
		const frames = await ask(question);
		expect(frames.at(-1)).toMatchObject({ code: '000000', type: 'string', data: text });
	});

	it('reports failures as json frames, and blocked questions', async () => {
		const json = await ask('#exception #exception-json');
		expect(dataField(json.at(-1), 'answer')).toContain('(209)');
		expect((await ask('#risk')).at(-1)?.data).toContain('涉及到风险');
	});

	it('fails with exception 209 for message_source WS', async () => {
		const frames = await ask('hello', { message_source: 'WS' });
		expect(frames.at(-1)?.data).toContain('System exception (209)');
	});

	it('refuses with a protocol error before or after the acknowledgements', async () => {
		expect(await ask('#error:500001')).toEqual([
			{ code: '500001', message: 'Request failed', data: null },
		]);
		const late = await ask('a b #late-error');
		expect(outline(late)).toEqual(['-2', '-1', '0', '1', '2', '3', '500000']);
		expect(simulator.accepted.has('#error:500001')).toBe(false);
		expect(simulator.accepted.get('a b #late-error')).toBe(1);
	});

	it.each([
		['#no-acks', ['0']],
		['#no-task-ack', ['-1', '0']],
		['#no-question-ack', ['-2', '0']],
	])('leaves out acknowledgements with %s', async (directive, expected) => {
		expect(outline(await ask(`${directive} hi`)).slice(0, expected.length)).toEqual(expected);
	});

	it('spoils the code of the acknowledgements', async () => {
		const frames = await ask('hi #acks-400000');
		expect(frames.slice(0, 3).map((frame) => frame.code)).toEqual(['400000', '400000', '000000']);
		expect(frames[1]?.message).toBe('send question success');
	});

	it('refuses unknown robots, missing users and messages that are no JSON', async () => {
		const refused = await ask('hi', { 'cybertron-robot-key': 'wrong' });
		expect(refused).toMatchObject([{ code: '400000', message: expect.stringContaining('Robot') }]);
		expect(await ask('hi', { username: '' })).toMatchObject([{ code: '400000' }]);
		client.socket.send('hello');
		const last = await client.round({ question: 'hi' });
		expect(last[0]).toMatchObject({ code: '400000' });
	});

	it('takes key and token in both spellings, encoded and decoded, but not encoded twice', async () => {
		const answers = async (key: string) => {
			const frames = await ask('hi', {
				'cybertron-robot-key': undefined,
				'cybertron-robot-token': undefined,
				cybertron_robot_key: key,
				cybertron_robot_token: simulator.robotToken,
			});
			return frames.at(-1)?.finish === 'y';
		};
		expect(simulator.robotKey).toMatch(/%3D$/);
		expect(await answers(simulator.robotKey)).toBe(true);
		expect(await answers(decodeURIComponent(simulator.robotKey))).toBe(true);
		expect(await answers(encodeURIComponent(simulator.robotKey))).toBe(false);
		expect(await answers(` ${simulator.robotKey}`)).toBe(false);
	});

	it.each([
		{ open_flow_debug: true },
		{ open_flow_trigger: 'now' },
		{ segment_code: 1 },
		{ open_flow_node_inputs: '{}' },
		{ chat_history: {} },
	])('refuses a field of the wrong type: %j', async (field) => {
		expect(await ask('hi', field)).toMatchObject([
			{ code: '400000', message: expect.stringContaining('is invalid') },
		]);
	});

	it('answers heartbeats at once', async () => {
		client.send({ question: 'slow #slow:50' });
		client.send({ type: 'heartbeat', data: 'ping' });
		const [first] = await client.round({ question: 'x' }, (frame) => frame.type === 'heartbeat');
		expect(first).toEqual({ code: '000000', message: 'success', type: 'heartbeat', data: 'pong' });
	});

	it('answers messages on one socket one after the other', async () => {
		client.send({ question: 'first #slow:5' });
		const frames = await client.round(
			{ question: 'second' },
			(frame) => dataField(frame, 'answer') === 'You asked: second',
		);
		expect(frames.filter((f) => f.index === -1).map((f) => dataField(f, 'question'))).toEqual([
			'first #slow:5',
			'second',
		]);
	});

	it('starts the robot’s own flow when a message names none', async () => {
		const { robotKey: key, robotToken: token } = simulator;
		simulator.state.robots[0] = { key, token, defaultFlow: '3c61d330-a577-11ef-ad83-e4434b3011a0' };
		const frames = await ask('');
		expect(outline(frames)).toEqual(['-2', '-1', '000000', '000000', '002004', '002005']);
	});
});
