import type { CybertronSimulator } from '../simulators/cybertron';
import { startCybertronSimulator } from '../simulators/cybertron';
import { cybertron, failure, only } from './cybertron.helpers';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

let simulator: CybertronSimulator;

beforeAll(async () => {
	simulator = await startCybertronSimulator();
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

const ask = async (question: string, options: object = {}, more: object = {}) =>
	await cybertron(simulator, 'dialog.send', { question, options: { ...options }, ...more });
const askOverSocket = async (question: string, options: object = {}, more: object = {}) =>
	await ask(question, { transport: 'webSocket', ...options }, more);

describe('a question over HTTP', () => {
	it('sends exactly what the document asks for, and gives the answer', async () => {
		const item = only(
			await ask(
				'Writing a 10-line poem',
				{ extraHeader: 'x=1', extraBody: '{"y":2}' },
				{ segmentCode: ' wWkE3bNkL3SzJX9orcO9P ' },
			),
		);
		expect(item).toEqual({
			answer: 'You asked: Writing a 10-line poem',
			dialog_id: expect.stringMatching(/^\d{19}$/) as string,
			segment_code: 'wWkE3bNkL3SzJX9orcO9P',
			type: 'string',
		});
		const [request, ...others] = simulator.requests;
		expect(others).toEqual([]);
		expect(request).toMatchObject({
			method: 'POST',
			path: '/openapi/v1/conversation/dialog/',
			headers: {
				'content-type': expect.stringContaining('application/json') as string,
				'cybertron-robot-key': simulator.robotKey,
				'cybertron-robot-token': simulator.robotToken,
				'extra-header': 'x=1',
			},
		});
		expect(request?.body).toEqual({
			username: simulator.username,
			question: 'Writing a 10-line poem',
			segment_code: 'wWkE3bNkL3SzJX9orcO9P',
			'extra-body': '{"y":2}',
		});
	});

	it('leaves out what was not filled in', async () => {
		only(await ask('Hello'));
		const [request] = simulator.requests;
		expect(Object.keys(request?.body as object).sort()).toEqual([
			'question',
			'segment_code',
			'username',
		]);
		expect(request?.headers).not.toHaveProperty('extra-header');
	});

	it('begins a new session when Segment Code is empty, another one for each item', async () => {
		const { json } = await cybertron(
			simulator,
			'dialog.send',
			{ question: 'Hello', options: {} },
			{ items: [{ json: {} }, { json: {} }] },
		);
		const codes = json.map(({ segment_code }) => segment_code);
		expect(codes).toEqual([expect.stringMatching(UUID), expect.stringMatching(UUID)]);
		expect(codes[0]).not.toBe(codes[1]);
		expect(simulator.requests.map(({ body }) => (body as { segment_code: string }).segment_code))
			// in order of sending
			.toEqual(codes);
	});

	it('leaves the session to the server when the latest one is to be continued', async () => {
		const item = only(await ask('Hello', { continueLatest: true }));
		expect(item.segment_code).toBeNull();
		expect(simulator.requests[0]?.body).not.toHaveProperty('segment_code');
	});

	it('reads the answer in either spelling', async () => {
		expect(only(await ask('Hello #upper')).answer).toBe('You asked: Hello');
	});

	it('sends key and token as pasted, but for blanks around them', async () => {
		const credential = {
			robotKey: ` ${simulator.robotKey}\n`,
			robotToken: `\t${simulator.robotToken} `,
		};
		only(
			await cybertron(simulator, 'dialog.send', { question: 'Hello', options: {} }, { credential }),
		);
		expect(simulator.robotKey).toMatch(/%3D$/);
		expect(simulator.requests[0]?.headers).toMatchObject({
			'cybertron-robot-key': simulator.robotKey,
			'cybertron-robot-token': simulator.robotToken,
		});
	});

	it.each([
		['a table', '#plugin', 'markdown', 'markdown'],
		['a chart', '#chart', 'markdown', 'chart'],
	])('gives readable text and the whole object of %s', async (_what, directive, type, raw) => {
		const item = only(await ask(`Orders ${directive}`, { extraHeader: 'h', extraBody: 'b' }));
		expect(item).toMatchObject({
			answer: 'Orders per month',
			type: 'json',
			answer_data: {
				type,
				data: expect.stringContaining('| January | 12 |') as string,
				raw_data: { type: raw, raw: { extra_header: 'h', extra_body: 'b' } },
			},
		});
	});

	it('gives readable text and the whole object of an online search with images', async () => {
		const item = only(await ask('news #search'));
		expect(item).toMatchObject({
			answer: 'Found: news',
			answer_data: {
				type: 'online_search|image',
				image: ['https://images.example/1.png', 'https://images.example/2.png'],
			},
		});
	});

	it('refuses an empty question without asking the server', async () => {
		expect(failure(await ask('  ')).message).toBe('Question is empty');
		expect(simulator.requests).toEqual([]);
	});

	it('refuses an extra header that HTTP cannot carry', async () => {
		const error = failure(await ask('Hello', { extraHeader: 'line\nbreak' }));
		expect(error.message).toBe('Extra Header cannot be sent as it is');
		expect(simulator.requests).toEqual([]);
	});
});

describe('a question over the WebSocket', () => {
	it('gives the fields of the HTTP answer and the task', async () => {
		const item = only(await askOverSocket('Hello', {}, { segmentCode: 's1' }));
		expect(item).toEqual({
			answer: 'You asked: Hello',
			dialog_id: expect.stringMatching(/^\d{19}$/) as string,
			segment_code: 's1',
			type: 'string',
			task_id: expect.any(String) as string,
		});
	});

	it('sends key and token in both spellings, in the message', async () => {
		only(await askOverSocket('Hello', {}, { segmentCode: 's1' }));
		expect(simulator.received.map(({ json }) => json)).toEqual([
			{
				'cybertron-robot-key': simulator.robotKey,
				'cybertron-robot-token': simulator.robotToken,
				cybertron_robot_key: simulator.robotKey,
				cybertron_robot_token: simulator.robotToken,
				username: simulator.username,
				question: 'Hello',
				segment_code: 's1',
			},
		]);
		expect(simulator.requests).toEqual([]);
	});

	it('never names a message source, with which plain dialogs fail', async () => {
		only(await askOverSocket('Hello'));
		expect(simulator.received[0]?.json).not.toHaveProperty('message_source');
	});

	it('takes the documented path', async () => {
		only(await askOverSocket('Hello'));
		expect(simulator.received[0]?.path).toBe('/openapi/v2/ws/dialog/');
	});

	it('sends every extra field under the name that the server reads', async () => {
		only(
			await askOverSocket('Hello', {
				chatHistory: '[{"question":"Who?","answer":"Me"}]',
				rolePrompt: 'You are a pirate',
				promptParams: '{"language":"English"}',
				modelParams: '{"temperature":0.2,"top_p":0.9,"max_tokens":100}',
				extraHeader: 'h',
				extraBody: 'b',
			}),
		);
		expect(simulator.received[0]?.json).toMatchObject({
			chat_history: [{ question: 'Who?', answer: 'Me' }],
			tip_message_extra: 'You are a pirate',
			tip_message_params: { language: 'English' },
			model_params: { temperature: 0.2, top_p: 0.9, max_tokens: 100 },
			'extra-header': 'h',
			'extra-body': 'b',
		});
		expect(simulator.received[0]?.json).not.toHaveProperty('message_params');
		expect(simulator.received[0]?.json).not.toHaveProperty('welcome');
	});

	it('sends message params, and takes lists from expressions as they are', async () => {
		const messages = [{ role: 'user', content: 'Hi' }];
		const result = await cybertron(
			simulator,
			'dialog.send',
			{
				question: 'Hello',
				options: { transport: 'webSocket', messageParams: '={{ $json.messages }}' },
			},
			{ items: [{ json: { messages } }] },
		);
		only(result);
		expect(simulator.received[0]?.json).toMatchObject({ message_params: messages });
	});

	it('refuses history and message params together, which the server does not take', async () => {
		const options = {
			chatHistory: '[{"question":"a","answer":"b"}]',
			messageParams: '[{"role":"user","content":"c"}]',
		};
		expect(failure(await askOverSocket('Hello', options)).message).toBe(
			'Chat History and Message Params cannot be combined',
		);
		expect(simulator.received).toEqual([]);
	});

	it.each([
		['chatHistory', '{"question":"a"}', 'Chat History is not a JSON list of objects'],
		['messageParams', '[1]', 'Message Params is not a JSON list of objects'],
		['promptParams', '[]', 'Prompt Params is not a JSON object'],
		['modelParams', '{"temperature":', 'Model Params is not a JSON object'],
	])('says what is wrong with %s', async (name, value, message) => {
		const error = failure(await askOverSocket('Hello', { [name]: value }));
		expect(error.message).toBe(message);
		expect(error.context.itemIndex).toBe(0);
		expect(simulator.received).toEqual([]);
	});

	it('may be asked nothing, for robots that speak first', async () => {
		expect(only(await askOverSocket('')).answer).toBe('Hello! How can I help you today?');
	});

	it("gives the welcome text without the server's mark before it", async () => {
		const item = only(await askOverSocket('', { welcome: true }));
		expect(item.answer).toBe('Hello, I am the simulated robot.');
		expect(simulator.received[0]?.json).toMatchObject({
			welcome: expect.stringMatching(/./) as string,
		});
	});

	it('leaves an answer alone that was not asked to be a welcome', async () => {
		expect(only(await askOverSocket('Hello #welcome')).answer).toMatch(/^wellcome/);
	});

	it('takes the final frame of a plugin answer that comes twice, and of fragments', async () => {
		const item = only(await askOverSocket('Orders #plugin'));
		expect(item.answer).toBe('Orders per month');
		expect(item.answer_data).toMatchObject({ type: 'markdown' });
		expect(only(await askOverSocket('Say it #words 30')).answer).toMatch(/^word1 .* word30$/);
	});

	it('reads data that is the JSON text of an object', async () => {
		expect(only(await askOverSocket('Hello #data-as-string')).answer).toBe('You asked: Hello');
		expect(only(await askOverSocket('Orders #plugin #data-as-string')).answer_data).toMatchObject({
			raw_data: { desc: 'Orders per month' },
		});
	});

	it('gives search hits, images, reasoning and the source beside the answer', async () => {
		const item = only(await askOverSocket('news #search #images 3 #reasoning 2'));
		expect(item).toMatchObject({
			answer: 'Found: news',
			images: [1, 2, 3].map((n) => `https://images.example/${n}.png`),
			reasoning: 'Thought 1. Thought 2. ',
		});
		expect(item.online_search).toHaveLength(3);
		expect(item.online_search).toMatchObject([
			{ title: 'Result 1 for news', href: 'https://search.example/1' },
			{},
			{},
		]);
	});

	it('tells where the answer comes from when the server does', async () => {
		expect(only(await askOverSocket('Hello #qa'))).toMatchObject({ answer_source: 'QA' });
	});

	it('takes llm_end for the end of the answer', async () => {
		expect(only(await askOverSocket('Hello #llm-end')).answer).toBe('You asked: Hello');
	});

	it('tells what is known of a flow when the robot answers with one', async () => {
		const item = only(await askOverSocket('File upload'));
		expect(item).toMatchObject({
			waiting_input: true,
			flow_ended: false,
			flow_uuid: '2fb61212-e93e-11ef-8b04-e4434b3011a0',
			file_upload: { code: '000000' },
		});
	});
});
