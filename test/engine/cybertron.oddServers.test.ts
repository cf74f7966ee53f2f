import type { CybertronSimulator } from '../simulators/cybertron';
import { startCybertronSimulator } from '../simulators/cybertron';
import { cybertron, failure, only } from './cybertron.helpers';

/** Servers that keep to the documents where these leave something open, letter for letter. */
let simulator: CybertronSimulator;

beforeAll(async () => {
	simulator = await startCybertronSimulator();
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

const ack = (id: string) =>
	`{"code":"000000","message":"send question success","index":-1,"type":"json","data":{"question":"","dialog_id":"${id}"}}`;
const said = (id: string, answer: string) =>
	`{"code":"000000","dialog_id":${id},"type":"flow","index":0,"data":{"code":"000000","answer":"${answer}","cur_node_id":"n"},"finish":"y","node_type":"answer"}`;
/** Names the first dialog of the session in every round. */
const over =
	'{"code":"000000","dialog_id":1858406156273270784,"type":"flow","index":0,"data":{"code":"002005","answer":"current_communication_complete"},"finish":"y"}';
const FIRST = '1858406156273270784';
const SECOND = '1858406963072811008';

const run = async (rounds: string[][], options: object = {}) => {
	simulator.scripts.add({ name: 'odd', match: { any: true }, rounds });
	return await cybertron(simulator, 'chatflow.run', {
		trigger: 'direct',
		flowUuid: 'f',
		question: 'One',
		options: { timeout: 2, followUps: ['Two'], ...options },
	});
};
const first = [ack(FIRST), said(FIRST, 'First'), over];

describe('a second round that does not begin with its acknowledgement', () => {
	it.each([
		['comes before it', [said(SECOND, 'Second'), ack(SECOND), over]],
		['has none at all', [said(SECOND, 'Second'), over]],
	])('is told by its new dialog id when it %s', async (_what, second) => {
		const item = only(await run([first, second]));
		expect(item).toMatchObject({
			answer: 'Second',
			dialog_id: SECOND,
			rounds: [{ answer: 'First' }, { answer: 'Second' }],
		});
	});

	it('is not taken for begun by what is left over of the first', async () => {
		const second = [said(FIRST, 'Late'), over, ack(SECOND), said(SECOND, 'Second'), over];
		expect(only(await run([first, second])).answer).toBe('Second');
	});
});

describe('starting an upload at a server that sends no end marker', () => {
	const wanted = '"instruction":"Two files","upload_file_categories":[{"id":1,"name":"Contract"}]';
	const upload = (code: string, data: string, more = '') =>
		`{"code":"000000","dialog_id":${FIRST},"type":"flow","index":0,"data":{"code":"${code}","answer":"",${data}},"finish":"y","node_type":"file_upload"${more}}`;

	it.each([
		['000000', `"file_upload":{"code":"000000","data":{${wanted}}}`, ''],
		['002010', wanted, ''],
		['002011', '"cur_node_id":"u"', `,"file_upload":{"code":"000000","data":{${wanted}}}`],
	])('the files that it wants are the end (%s)', async (code, data, more) => {
		const rounds = [[ack(FIRST), upload(code, data, more)]];
		simulator.scripts.add({ name: 'odd', match: { any: true }, rounds });
		const item = only(
			await cybertron(simulator, 'chatflow.startUpload', {
				question: 'File upload',
				options: { timeout: 4 },
			}),
		);
		expect(item).toMatchObject({
			dialog_id: FIRST,
			instruction: 'Two files',
			upload_file_categories: [{ id: 1, name: 'Contract' }],
		});
		expect(item.warning).toBeUndefined();
	});
});

it('what a server says in the data of its error is told', async () => {
	const failed =
		'{"code":"400000","message":"error","type":"string","index":0,"data":"Robot does not exist","finish":"y"}';
	const error = failure(await run([[failed]]));
	expect(error.message).toBe('Cybertron does not know this robot');
	expect(error.failure).toEqual({ cause: 'credential-invalid' });

	const flowFailed =
		'{"code":"400000","message":"success","type":"flow","index":0,"data":{"code":"400000","answer":"flow uuid not found"}}';
	expect(failure(await run([[flowFailed]])).message).toBe(
		'Cybertron answered with code 400000: flow uuid not found',
	);
});

it('what a server says when it closes the connection is told', async () => {
	simulator.scripts.add({ name: 'odd', match: { any: true }, rounds: [[]] });
	const error = failure(
		await cybertron(simulator, 'chatflow.run', {
			question: 'Hi #close-code 1008',
			options: { timeout: 2 },
		}),
	);
	expect(error.message).toBe('The Cybertron server closed the connection before it answered');
	expect(error.description).toMatch(/^The server said: closed by the simulator \(1008\)\. /);
});

it('a robot that sends its frames as binary ones is understood', async () => {
	const frames = first.map((text) => ({ base64: Buffer.from(text).toString('base64') }));
	simulator.scripts.add({ name: 'odd', match: { any: true }, rounds: [frames as never] });
	const item = only(
		await cybertron(simulator, 'chatflow.run', { question: 'Hi', options: { timeout: 2 } }),
	);
	expect(item).toMatchObject({ answer: 'First', dialog_id: FIRST });
});
