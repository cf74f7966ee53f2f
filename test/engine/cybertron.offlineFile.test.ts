import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { INodeExecutionData } from 'n8n-workflow';

import type { CybertronSimulator } from '../simulators/cybertron';
import { COLLECTION_FLOW, FILE_STATUS, startCybertronSimulator } from '../simulators/cybertron';
import { storeBinary } from '../support/engine';
import { cybertron, failure, only, timed } from './cybertron.helpers';

const FAST = { pollInterval: 0.2 };
const CONTENT = randomBytes(300_000);
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

let simulator: CybertronSimulator;

beforeAll(async () => {
	simulator = await startCybertronSimulator();
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

/** An item whose file lies in n8n's binary store. */
async function storedItem(
	content = CONTENT,
	meta = { fileName: 'invoice.pdf', mimeType: 'application/pdf' },
): Promise<INodeExecutionData> {
	return { json: {}, binary: { data: await storeBinary(content, meta) } };
}

const upload = async (item: INodeExecutionData, parameters: object = {}, options: object = {}) =>
	await cybertron(
		simulator,
		'offlineFile.upload',
		{
			flowUuid: COLLECTION_FLOW,
			tenantName: 'AiopsTest',
			extraParams: 'content',
			parseModel: 'gpt-4o',
			parsePrompt: 'Read it',
			options: { ...options },
			...parameters,
		},
		{ items: [item] },
	);
const getStatus = async (fileId: number, parameters: object = {}, options: object = {}) =>
	await cybertron(simulator, 'offlineFile.getStatus', {
		fileId: String(fileId),
		options: { ...options },
		...parameters,
	});
const polls = () =>
	simulator.requests.filter(({ path }) => path.includes('get_offline_file_status'));

describe('uploading an offline file', () => {
	it('sends every form field and the file as it lies in the store', async () => {
		const item = only(
			await upload(
				await storedItem(),
				{},
				{ inputs: '{"aaa":111}', imageSourceParam: 'source_file' },
			),
		);
		const [file] = simulator.state.files.list();
		expect(file?.fields).toEqual({
			mode: '1',
			username: simulator.username,
			flow_uuid: COLLECTION_FLOW,
			tenant_name: 'AiopsTest',
			extra_params: 'content',
			file_name: 'invoice.pdf',
			file_format: 'pdf',
			parse_model: 'gpt-4o',
			parse_prompt: 'Read it',
			inputs: '{"aaa":111}',
			image_source_param: 'source_file',
		});
		expect(file?.upload).toMatchObject({
			field: 'file',
			fileName: 'invoice.pdf',
			contentType: 'application/pdf',
			size: CONTENT.length,
			sha256: sha256(CONTENT),
		});
		expect(item).toMatchObject({ file_id: file?.id, status: 1, status_name: 'uploading' });
	});

	it('lets the library write the type of the form, and announces its length', async () => {
		only(await upload(await storedItem()));
		const headers = (simulator.requests[0]?.headers ?? {}) as Record<string, string>;
		expect(headers['content-type']).toMatch(/^multipart\/form-data; ?boundary=/);
		expect(Number(headers['content-length'])).toBeGreaterThan(CONTENT.length);
		expect(headers).not.toHaveProperty('transfer-encoding');
		expect(headers).toMatchObject({
			'cybertron-robot-key': simulator.robotKey,
			'cybertron-robot-token': simulator.robotToken,
			username: simulator.username,
		});
	});

	it('sends a file that the item itself carries, and an empty one', async () => {
		const carried = {
			json: {},
			binary: {
				data: { data: CONTENT.toString('base64'), mimeType: 'image/png', fileName: 'a.png' },
			},
		};
		only(await upload(carried));
		only(await upload(await storedItem(Buffer.alloc(0))));
		const [first, second] = simulator.state.files.list();
		expect(first?.upload).toMatchObject({ sha256: sha256(CONTENT), fileName: 'a.png' });
		expect(first?.fields.file_format).toBe('Image');
		expect(second?.upload).toMatchObject({ size: 0 });
	});

	it.each([
		['application/pdf', 'a.pdf', 'pdf'],
		['image/jpeg', 'a.jpg', 'Image'],
		['audio/wav', 'a.wav', ''],
	])('chooses the file format for %s', async (mimeType, fileName, format) => {
		only(await upload(await storedItem(CONTENT, { fileName, mimeType })));
		expect(simulator.state.files.list()[0]?.fields.file_format).toBe(format);
	});

	it('takes any parse model and file format', async () => {
		const item = await storedItem();
		only(
			await upload(item, { parseModel: 'gemini-2.5-pro' }, { fileFormat: 'tiff', fileName: 'b.x' }),
		);
		expect(simulator.state.files.list()[0]?.fields).toMatchObject({
			parse_model: 'gemini-2.5-pro',
			file_format: 'tiff',
			file_name: 'b.x',
		});
	});

	it('runs a flow without a file', async () => {
		only(await upload({ json: {} }, { mode: 'noFile' }));
		const [file] = simulator.state.files.list();
		expect(file?.fields).toEqual({
			mode: '2',
			username: simulator.username,
			flow_uuid: COLLECTION_FLOW,
			tenant_name: 'AiopsTest',
		});
		expect(file?.upload).toBeUndefined();
	});

	it.each(['flowUuid', 'tenantName', 'extraParams', 'parseModel'])(
		'needs %s, and asks nothing without it',
		async (name) => {
			const error = failure(await upload(await storedItem(), { [name]: '={{ "" }}' }));
			expect(error.message).toMatch(/ is empty$/);
			expect(simulator.requests).toEqual([]);
		},
	);

	it('tells what the server says about an unknown tenant', async () => {
		const strict = await startCybertronSimulator({
			robots: [{ key: 'K'.repeat(27) + '%3D', token: 'T'.repeat(20), tenants: ['AiopsTest'] }],
		});
		try {
			const error = failure(
				await cybertron(
					strict,
					'offlineFile.upload',
					{
						flowUuid: COLLECTION_FLOW,
						tenantName: 'Nobody',
						extraParams: 'content',
						parseModel: 'ocr',
						options: {},
					},
					{ items: [await storedItem()] },
				),
			);
			expect(error.message).toContain('tenant_name is not registered');
		} finally {
			await strict.close();
		}
	});

	it('says so when the item has no such file', async () => {
		const error = failure(await upload({ json: {} }));
		expect(error.message).toContain("'data'");
		expect(error.context.itemIndex).toBe(0);
	});

	it('says so when the file is no longer in the store', async () => {
		const item = await storedItem();
		item.binary!.data!.id = `${item.binary!.data!.id!.slice(0, -4)}gone`;
		const error = failure(await upload(item));
		expect(error.message).toBe("The file is no longer in n8n's store");
		expect(simulator.requests).toEqual([]);
	});

	it('does not send a file twice when the answer gets lost', async () => {
		simulator.faults.add({ on: 'http', path: 'offline_upload_file', directives: '#lost' });
		failure(await upload(await storedItem()));
		expect(simulator.state.files.list()).toHaveLength(1);
	});

	it('waits for the result when told so', async () => {
		const item = only(await upload(await storedItem(), { waitForResult: true }, FAST));
		expect(item).toMatchObject({
			file_id: simulator.state.files.list()[0]?.id,
			status: 7,
			status_name: 'flow_succeeded',
			llm_content: 'Summary of the file.',
			parse_content: expect.stringContaining('```json') as string,
			parsed_content: { invoice_number: 'INV-001', total: 42.5, confidence: 0.98 },
		});
		expect(polls()).toHaveLength(5);
	});

	it('in ocr mode a content is the result, whatever becomes of the flow', async () => {
		const parameters = { extraParams: 'ocr', waitForResult: true };
		const item = only(await upload(await storedItem(), parameters, FAST));
		expect(item).toMatchObject({ status: 5, parsed_content: { total: 42.5 } });
		const whole = only(
			await upload(await storedItem(), parameters, { ...FAST, waitUntil: 'flow' }),
		);
		expect(whole).toMatchObject({
			status: 8,
			error_msg: 'flow failed',
			parsed_content: { total: 42.5 },
			warning: expect.stringContaining('flow failed') as string,
		});
	});
});

describe('asking for the status of an offline file', () => {
	const file = (change: Parameters<CybertronSimulator['state']['files']['create']>[0]) =>
		simulator.state.files.create(change);

	it('names the file in the query and the user in a header, and sends no body', async () => {
		const { id } = file({});
		only(await getStatus(id));
		expect(simulator.requests[0]).toMatchObject({
			method: 'GET',
			path: '/openapi/v1/chatflow/get_offline_file_status/',
			query: { file_id: String(id) },
			headers: {
				'cybertron-robot-key': simulator.robotKey,
				'cybertron-robot-token': simulator.robotToken,
				username: simulator.username,
			},
		});
		expect(simulator.requests[0]?.headers['content-length'] ?? '0').toBe('0');
	});

	it('gives the status with its name, and minds no misspelt message', async () => {
		const { id } = file({ plan: [FILE_STATUS.parsing, FILE_STATUS.flowSuccess] });
		expect(only(await getStatus(id))).toEqual({
			file_id: id,
			status: 4,
			status_name: 'parsing',
			error_msg: '',
			file_name: 'file.pdf',
			parse_content: [],
			llm_content: null,
		});
	});

	it.each([
		['fenced JSON', '```json\n{"a": 1}\n```', { a: 1 }],
		['a Python list', '[\'[{"text": "\\\\message1"}]\']', [{ text: '\\message1' }]],
		['plain JSON', '{"a": 1}', { a: 1 }],
		['prose', 'Just a text', undefined],
		['JSON that was cut off', '```json\n{"a": 1, "b', undefined],
	])('decodes %s beside the raw text', async (_what, parseContent, expected) => {
		const { id } = file({ plan: [FILE_STATUS.flowSuccess], parseContent });
		const item = only(await getStatus(id));
		expect(item.parse_content).toBe(parseContent);
		expect(item.parsed_content).toEqual(expected);
	});

	it('does not fail for a failed file when only its status was asked for', async () => {
		const { id } = file({ plan: [FILE_STATUS.parseFailed], parseContent: '', errorMessage: 'no' });
		expect(only(await getStatus(id))).toMatchObject({
			status_name: 'parse_failed',
			error_msg: 'no',
		});
	});

	it.each([
		[FILE_STATUS.uploadFailed, 'upload_failed'],
		[FILE_STATUS.parseFailed, 'parse_failed'],
		[FILE_STATUS.flowFailed, 'flow_failed'],
	])('fails for status %i without content when the result is waited for', async (status, name) => {
		const { id } = file({
			plan: [1, status],
			parseContent: '',
			llmContent: '',
			errorMessage: 'why',
		});
		const error = failure(await getStatus(id, { waitForResult: true }, FAST));
		expect(error.message).toBe(`Cybertron could not process the file: ${name} (why)`);
		expect(error.context.data).toMatchObject({ file_id: id, status, status_name: name });
	});

	it('waits until the file is parsed when no more is wanted', async () => {
		const { id } = file({ plan: [1, 4, 5], parseContent: 'Text' });
		const options = { ...FAST, waitUntil: 'parsing' };
		expect(only(await getStatus(id, { waitForResult: true }, options))).toMatchObject({
			status: 5,
			parse_content: 'Text',
		});
	});

	it('grows its pauses up to five times', async () => {
		const { id } = file({ plan: [1, 1, 1, 1, 1, 1, 7] });
		only(await getStatus(id, { waitForResult: true }, FAST));
		const times = polls().map(({ at }) => at);
		const pauses = times.slice(1).map((at, i) => at - (times[i] ?? 0));
		const wanted = [200, 300, 450, 675, 1000, 1000];
		expect(pauses).toHaveLength(wanted.length);
		pauses.forEach((ms, i) => {
			expect(ms).toBeGreaterThanOrEqual((wanted[i] ?? 0) - 15);
			expect(ms).toBeLessThan((wanted[i] ?? 0) + 400);
		});
	});

	it('gives up after its limit and says how to go on', async () => {
		const { id } = file({ plan: [1, 5], parseContent: 'Text' });
		const { result, ms } = await timed(
			getStatus(id, { waitForResult: true }, { ...FAST, maxWait: 1 }),
		);
		const error = failure(result);
		expect(error.message).toBe('Cybertron had not finished the file after 1 seconds');
		expect(error.description).toContain('Wait Until');
		expect(error.context.data).toMatchObject({ file_id: id, status: 5, parse_content: 'Text' });
		expect(ms).toBeLessThan(3000);
	});

	it('keeps to its limit although the server does not answer any more', async () => {
		const { id } = file({ plan: [1, 1] });
		simulator.faults.add({ on: 'http', directives: '#stall', skip: 1 });
		const { result, ms } = await timed(
			getStatus(id, { waitForResult: true }, { ...FAST, maxWait: 2, timeout: 20 }),
		);
		const error = failure(result);
		expect(error.message).toBe('Cybertron had not finished the file after 2 seconds');
		expect(error.context.data).toMatchObject({ file_id: id, status: 1 });
		expect(ms).toBeLessThan(5000);
	});

	it('takes single refusals while waiting for passing ones', async () => {
		const { id } = file({ plan: [1, 7] });
		simulator.faults.add({ on: 'http', directives: '#error:500000', skip: 1, times: 2 });
		expect(only(await getStatus(id, { waitForResult: true }, FAST))).toMatchObject({ status: 7 });
	});

	it('stops at refusals that do not end, and at once at wrong credentials', async () => {
		const { id } = file({ plan: [1, 7] });
		simulator.faults.add({ on: 'http', directives: '#error:500000' });
		expect(failure(await getStatus(id, { waitForResult: true }, FAST)).message).toContain('500000');
		expect(polls()).toHaveLength(4);
		const wrong = await cybertron(
			simulator,
			'offlineFile.getStatus',
			{ fileId: String(id), waitForResult: true, options: {} },
			{ credential: { robotKey: 'wrong' } },
		);
		expect(failure(wrong).failure).toEqual({ cause: 'credential-invalid' });
		expect(polls()).toHaveLength(5);
	});

	it('ends at once when the execution is cancelled', async () => {
		const { id } = file({ plan: [1, 1] });
		const { result, ms } = await timed(
			cybertron(
				simulator,
				'offlineFile.getStatus',
				{ fileId: String(id), waitForResult: true, options: { pollInterval: 60 } },
				{ cancel: 300 },
			),
		);
		expect(failure(result).message).toBe('The execution was cancelled');
		expect(failure(result).context.data).toMatchObject({ file_id: id, status: 1 });
		expect(ms).toBeLessThan(1500);
	});

	it('says so when there is no such file', async () => {
		const error = failure(await getStatus(999));
		expect(error.message).toContain('The file does not exist');
	});

	it('repeats a read that a proxy spoiled', async () => {
		const { id } = file({ plan: [7] });
		simulator.faults.add({ on: 'http', directives: '#status 502', times: 2 });
		expect(only(await getStatus(id))).toMatchObject({ status: 7 });
		expect(simulator.requests).toHaveLength(3);
	});

	it('understands a status and an ID that are texts', async () => {
		const { id } = file({ plan: ['7' as unknown as number] });
		const item = only(await getStatus(id, { waitForResult: true }, FAST));
		expect(item).toMatchObject({ status: 7, status_name: 'flow_succeeded' });
	});
});

test('a big file goes from the store to the server without ever being whole in memory', async () => {
	const PIECE = Buffer.alloc(1024 * 1024, 7);
	const PIECES = 256;
	const hash = createHash('sha256');
	const pieces = function* () {
		for (let n = 0; n < PIECES; n++) {
			hash.update(PIECE);
			yield PIECE;
		}
	};
	const meta = { fileName: 'big.pdf', mimeType: 'application/pdf' };
	const data = await storeBinary(Readable.from(pieces()), meta);
	const held = () => process.memoryUsage().arrayBuffers;
	const before = held();
	let most = 0;
	const watch = setInterval(() => (most = Math.max(most, held() - before)), 5);
	try {
		only(await upload({ json: {}, binary: { data } }));
	} finally {
		clearInterval(watch);
	}
	expect(simulator.state.files.list()[0]?.upload).toMatchObject({
		size: PIECES * PIECE.length,
		sha256: hash.digest('hex'),
	});
	expect(most).toBeLessThan((PIECES * PIECE.length) / 2);
}, 60_000);
