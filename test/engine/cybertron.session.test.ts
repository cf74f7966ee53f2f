import type { IDataObject } from 'n8n-workflow';

import type { CybertronSimulator } from '../simulators/cybertron';
import { startCybertronSimulator } from '../simulators/cybertron';
import { cybertron, failure, only } from './cybertron.helpers';

let simulator: CybertronSimulator;

beforeAll(async () => {
	simulator = await startCybertronSimulator();
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

const owner = () => `${simulator.robotKey} ${simulator.username}`;

/** Puts sessions into the server's memory. */
function makeSessions(count: number): string[] {
	return Array.from({ length: count }, () => {
		return simulator.state.sessions.create(owner(), simulator.username, 'openapi').code;
	});
}

/** Puts exchanges into a session. */
function makeMessages(code: string, count: number): void {
	const segment = simulator.state.sessions.find(owner(), code);
	if (!segment) throw new Error('There is no such session');
	for (let n = 1; n <= count; n++) {
		segment.dialogs.push({
			dialogId: `18584061562732${String(70000 + n)}`,
			question: `Question ${n}`,
			answer: `Answer ${n}`,
			messageSource: n % 2 === 0 ? 'openapi-ws' : 'openapi-http',
			at: Date.now(),
		});
	}
}

const list = async (operation: string, parameters: object = {}) =>
	await cybertron(simulator, `session.${operation}`, { options: {}, ...parameters });
const bodies = () => simulator.requests.map(({ body }) => body as IDataObject);

describe('creating a session', () => {
	it('has the credentials in headers and, with underscores, in the body', async () => {
		const item = only(await list('create'));
		expect(simulator.requests[0]).toMatchObject({
			method: 'POST',
			path: '/openapi/v1/conversation/segment/create/',
			headers: { 'cybertron-robot-key': simulator.robotKey, username: simulator.username },
			body: {
				username: simulator.username,
				cybertron_robot_key: simulator.robotKey,
				cybertron_robot_token: simulator.robotToken,
			},
		});
		expect(simulator.state.sessions.find(owner(), String(item.segment_code))).toBeDefined();
	});
});

describe('listing sessions', () => {
	it('asks for no more than the limit', async () => {
		makeSessions(5);
		const { json } = await list('getAll', { limit: 3 });
		expect(json).toHaveLength(3);
		expect(bodies()).toEqual([
			{ username: simulator.username, filter_mode: 0, page: 1, pagesize: 3 },
		]);
		expect(simulator.requests[0]).toMatchObject({
			method: 'POST',
			path: '/openapi/v1/conversation/segment/get_list/',
		});
		expect(json[0]).toEqual({
			segment_code: expect.any(String) as string,
			segment_name: '',
			user_code: simulator.username,
			create_time: expect.any(String) as string,
			message_source: 'openapi',
			chat_count: '0',
		});
	});

	it('goes through all pages with Return All', async () => {
		const codes = makeSessions(230);
		const { json } = await list('getAll', { returnAll: true });
		expect(json).toHaveLength(230);
		expect(new Set(json.map(({ segment_code }) => segment_code))).toEqual(new Set(codes));
		expect(bodies().map(({ page, pagesize }) => ({ page, pagesize }))).toEqual(
			[1, 2, 3].map((page) => ({ page, pagesize: 100 })),
		);
	});

	it('gives exactly the limit when it spans pages', async () => {
		makeSessions(230);
		const { json } = await list('getAll', { limit: 150 });
		expect(json).toHaveLength(150);
		expect(bodies()).toHaveLength(2);
	});

	it('gives nothing, and asks once, when there is nothing', async () => {
		const { json, error } = await list('getAll', { returnAll: true });
		expect([json, error]).toEqual([[], undefined]);
		expect(bodies()).toHaveLength(1);
	});

	it('sends the filters as the server takes them', async () => {
		const [code] = makeSessions(3);
		const { json } = await list('getAll', {
			filters: {
				segmentCodes: `${code}, other`,
				userCode: simulator.username,
				createStartTime: '2024-10-01T08:30:00',
				createEndTime: '2099-01-01',
				messageSource: 'openapi',
			},
		});
		expect(json.map(({ segment_code }) => segment_code)).toEqual([code]);
		expect(bodies()[0]).toEqual({
			username: simulator.username,
			filter_mode: 1,
			filter_user_code: simulator.username,
			segment_code_list: [code, 'other'],
			create_start_time: '2024-10-01 08:30:00',
			create_end_time: '2099-01-01 00:00:00',
			message_source: 'openapi',
			page: 1,
			pagesize: 50,
		});
	});

	it('repeats a page that a proxy spoiled', async () => {
		makeSessions(1);
		simulator.faults.add({ on: 'http', directives: '#status 503', times: 1 });
		expect((await list('getAll')).json).toHaveLength(1);
		expect(simulator.requests).toHaveLength(2);
	});
});

describe('listing the messages of a session', () => {
	it('goes through all pages and keeps the order', async () => {
		const [code = ''] = makeSessions(1);
		makeMessages(code, 120);
		const { json } = await list('getMessages', { segmentCode: code, returnAll: true });
		expect(json.map(({ question }) => question)).toEqual(
			Array.from({ length: 120 }, (_, i) => `Question ${i + 1}`),
		);
		expect(bodies().map(({ segment_code, page }) => ({ segment_code, page }))).toEqual([
			{ segment_code: code, page: 1 },
			{ segment_code: code, page: 2 },
		]);
		expect(simulator.requests[0]?.path).toBe('/openapi/v1/conversation/segment/detail_list/');
	});

	it('filters by question and source', async () => {
		const [code = ''] = makeSessions(1);
		makeMessages(code, 20);
		const { json } = await list('getMessages', {
			segmentCode: code,
			filters: { question: 'Question 1', messageSource: 'openapi-ws' },
		});
		expect(json.map(({ question }) => question)).toEqual(
			[10, 12, 14, 16, 18].map((n) => `Question ${n}`),
		);
	});

	it('gives malformed answers and repeated rows as they are', async () => {
		const asked = only(
			await cybertron(simulator, 'dialog.send', { question: 'Hi #malformed', options: {} }),
		);
		const segment = simulator.state.sessions.find(owner(), String(asked.segment_code));
		segment?.dialogs.push(...segment.dialogs);
		const { json } = await list('getMessages', { segmentCode: asked.segment_code });
		expect(json).toHaveLength(2);
		expect(json[0]).toEqual(json[1]);
		expect(json[0]?.answer).toBe('{\'summary\': "He said "yes"\n and left", \'score\': None}');
	});

	it('needs a segment code', async () => {
		const error = failure(await list('getMessages', { segmentCode: '={{ "" }}' }));
		expect(error.message).toBe('Segment Code is empty');
		expect(simulator.requests).toEqual([]);
	});
});
