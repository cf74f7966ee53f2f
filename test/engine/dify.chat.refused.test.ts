import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { startDifySimulator } from '../simulators/dify';
import type { DifySimulator, DifyVersion } from '../simulators/dify';
import type { DifyRun } from '../support/dify/run';
import { conforming, runDify } from '../support/dify/run';
import { storeBinary } from '../support/engine';

/** Messages that Dify refuses: 1.13 and 1.14 say nothing and end the stream after 300 s. */

let simulator: DifySimulator;

beforeAll(async () => {
	simulator = await startDifySimulator({ version: '1.14' });
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

const UUID = '1b9c0b1e-0000-4000-8000-000000000000';

async function ask(
	parameters: INodeParameters = {},
	options: INodeParameters = {},
	run: DifyRun = {},
) {
	const begin = Date.now();
	const all = { query: 'hi', user: 'ann', options, ...parameters };
	const result = await runDify(simulator, 'chat.send', all, run);
	return { ...result, took: Date.now() - begin };
}

const withInputs = (inputs: IDataObject) => ({ inputs: JSON.stringify(inputs) });
const sent = () => simulator.counters().byPath['POST /v1/chat-messages'] ?? 0;

/** The form of the app: one required text and one of each kind that has rules. */
function form() {
	const control = (kind: string, variable: string, more: object = {}) => ({
		[kind]: { label: variable, variable, required: false, ...more },
	});
	simulator.app().userInputForm = [
		control('text-input', 'name', { label: 'Your name', required: true, max_length: 5 }),
		control('select', 'tone', { options: ['warm', 'ü'], max_length: 1 }),
		control('number', 'amount', { max_length: 1 }),
		control('checkbox', 'urgent'),
		control('file', 'document', { allowed_file_types: ['document'] }),
		control('file-list', 'papers', { max_length: 1 }),
	];
}

const FILE = { type: 'document', transfer_method: 'remote_url', url: 'https://x.example/a.pdf' };

describe('inputs', () => {
	it.each<[string, IDataObject, string]>([
		['missing', {}, 'The input "Your name" (name) is missing'],
		['null', { name: null }, 'The input "Your name" (name) is missing'],
		[
			'no text',
			{ name: 5 },
			'The input "Your name" (name) must be a text, not a value of type number',
		],
		[
			'too long',
			{ name: 'abcdef' },
			'The input "Your name" (name) has 6 characters; at most 5 are allowed',
		],
		[
			'no choice',
			{ name: 'x', tone: 'cold' },
			'The input "tone" must be one of these texts: "warm", "ü"',
		],
		[
			'an empty choice',
			{ name: 'x', tone: '' },
			'The input "tone" must be one of these texts: "warm", "ü"',
		],
		['no number', { name: 'x', amount: '1e3' }, 'The input "amount" must be a number, not "1e3"'],
		['a list', { name: 'x', amount: [1] }, 'The input "amount" must be a number, not a list'],
		[
			'no file',
			{ name: 'x', document: 'data' },
			'The input "document" must be a file, not the text "data"',
		],
		['no files', { name: 'x', papers: FILE }, 'The input "papers" must be a list of files'],
		[
			'too many',
			{ name: 'x', papers: [FILE, FILE] },
			'The input "papers" has 2 files; at most 1 are allowed',
		],
	])('that are %s are told before anything is sent', async (_, inputs, message) => {
		form();
		const { error, took } = await ask(withInputs(inputs));
		expect(error).toMatchObject({
			message,
			description: expect.stringMatching(/not sent/) as unknown,
		});
		expect(took).toBeLessThan(3_000);
		expect(sent()).toBe(0);
	});

	it('that the server takes are sent, whatever they look like', async () => {
		form();
		const inputs = {
			...{ name: '😀😀😀😀😀', tone: 'ü', amount: ' 1_000 ', urgent: 'x', other: { a: 1 } },
			...{ document: '', papers: [] },
		};
		simulator.app().alwaysDirectives = '#inputs';
		const { json, error } = await ask(withInputs(inputs));
		expect(error).toBeUndefined();
		expect(json[0]).toMatchObject({ status: 'succeeded' });
	});

	it('are compared with a form that is read once for all items', async () => {
		form();
		const items = [1, 2, 3, 4].map((name) => ({ json: { name: String(name) } }));
		const inputs = '={{ { "name": $json.name } }}';
		const { json } = await ask({ inputs }, { concurrency: 2 }, { items });
		expect(json).toHaveLength(4);
		expect(simulator.counters().byPath['GET /v1/parameters']).toBe(1);
	});

	it('are told by Dify itself in blocking mode', async () => {
		form();
		const { error } = await ask({}, { responseMode: 'blocking' });
		expect(error?.message).toBe('Dify rejected a value: name is required in input form');
		expect(simulator.requests.map(({ path }) => path)).toEqual(['/v1/info', '/v1/chat-messages']);
	});

	it('are sent if the form cannot be read', async () => {
		simulator.faults.add({ path: '/parameters', action: 'respond', status: 500, times: 0 });
		expect((await ask()).json[0]).toMatchObject({ answer: 'Echo: hi' });
	});

	it('of a message that continues a conversation are looked at when nothing comes', async () => {
		const { json } = await ask();
		form();
		const { error, took } = await ask({ conversationId: json[0]?.conversation_id as string });
		expect(error?.message).toBe('The input "Your name" (name) is missing');
		expect(took).toBeLessThan(5_000);
	});
});

describe('an unknown conversation', () => {
	it.each<DifyVersion>(['1.12', '1.13.1', '1.14', '1.17'])(
		'is told before it is answered if it must not start anew, by %s',
		async (version) => {
			simulator.setVersion(version);
			const { error } = await ask({ conversationId: UUID }, { onConversationReset: 'fail' });
			expect(error?.message).toBe('Dify does not know this conversation');
			expect(sent()).toBe(0);
		},
	);

	it.each<DifyVersion>(['1.13.0', '1.13.1', '1.14'])(
		'is told within 5 s by %s',
		async (version) => {
			simulator.setVersion(version);
			const { error, took } = await ask({ conversationId: UUID });
			expect(error?.message).toBe('Dify does not know this conversation');
			expect(took).toBeLessThan(5_000);
			conforming(simulator);
		},
	);

	it('is asked for once', async () => {
		const { json } = await ask();
		const conversationId = json[0]?.conversation_id as string;
		await ask({ conversationId }, {}, { items: [{ json: {} }, { json: {} }, { json: {} }] });
		expect(simulator.counters().byPath['GET /v1/messages']).toBe(1);
	});
});

describe('a file that Dify refuses', () => {
	const upload = (id: string) => ({
		files: { file: [{ source: 'uploadId', uploadFileId: id, type: 'document' }] },
	});

	it('is told within 5 s, and the message is not sent again', async () => {
		const { error, took } = await ask(upload(UUID));
		expect(error?.message).toBe('Dify does not know the uploaded file');
		expect(took).toBeLessThan(5_000);
		expect(simulator.acceptedChats('hi')).toBe(1);
	});

	it.each(['document', 'papers'])('is told of the input %s as well', async (name) => {
		form();
		const file = { type: 'document', transfer_method: 'local_file', upload_file_id: UUID };
		const inputs = { name: 'x', [name]: name === 'papers' ? [file] : file };
		const { error } = await ask(withInputs(inputs));
		expect(error?.message).toBe('Dify does not know the uploaded file');
	});

	it('is not looked for while a busy server lets a good one wait', async () => {
		const id = simulator.seed.file({ user: 'ann', name: 'a.txt', attach: false }).id;
		const { json } = await ask({ ...upload(id), query: '#queue 2500 hi' });
		expect(json[0]).toMatchObject({ status: 'succeeded' });
		expect(simulator.acceptedChats('#queue 2500 hi')).toBe(1);
		expect(simulator.state.messages.size).toBe(1);
	});
});

describe('the form of the app', () => {
	const fill = (value: IDataObject) => ({
		inputsMode: 'form',
		inputsForm: { mappingMode: 'defineBelow', value: { name: 'x', ...value } } as INodeParameters,
	});

	it('takes the ID of an upload without a type', async () => {
		form();
		const { id } = simulator.seed.file({ user: 'ann', name: 'a.txt' });
		const { json, error } = await ask({ ...fill({ document: id }), query: '#inputs' });
		expect(error).toBeUndefined();
		expect(String(json[0]?.answer)).toContain(id);
	});

	it('names a binary field that the item does not have', async () => {
		form();
		const binary = { data: await storeBinary(Buffer.from('x'), { mimeType: 'text/plain' }) };
		const run = { items: [{ json: {}, binary }] };
		const { error } = await ask(fill({ document: 'dta' }), {}, run);
		expect(`${error?.message} ${error?.description}`).toMatch(/'dta'/);
		expect(sent()).toBe(0);
	});

	it('leaves out an optional choice that was emptied', async () => {
		form();
		const { json } = await ask({
			...fill({ tone: '', amount: '', document: '' }),
			query: '#inputs',
		});
		expect(JSON.parse(String(json[0]?.answer).replace(/^[^{]*/, ''))).toMatchObject({ tone: null });
	});
});
