import type { IDataObject } from 'n8n-workflow';

import { runPoll } from '../../../../../nodes/ChatflowTrigger/poll';
import { FakeN8n, pollContext, type Answer, type FakeSetup } from '../../support/n8n';

/** What the server says of each file; a file that is not here does not exist. */
let files: Record<string, unknown>;
let asked: string[];
let parameters: IDataObject;

beforeEach(() => {
	files = {};
	asked = [];
	parameters = { event: 'offlineFileStatus', startFrom: 'now', emitOn: 'change', fileIds: '6' };
});

function serve(_path: string, { file_id: id }: IDataObject): Answer {
	asked.push(String(id));
	if (!(String(id) in files)) {
		return { body: { code: '400000', message: 'The file does not exist', data: null } };
	}
	return { body: { code: '000000', data: files[String(id)] } };
}

function n8n(): FakeN8n {
	return new FakeN8n({ parameters, serve });
}

function idsOf(items: IDataObject[] | undefined): unknown[] {
	return (items ?? []).map(({ event_id: id }) => id);
}

describe('an answer without a status', () => {
	it.each([
		['none', {}],
		['null', { status: null }],
		['an empty text', { status: '' }],
		['words', { status: 'working on it' }],
		['a list', { status: [] }],
	])('that has %s is no change, and the known status is not forgotten', async (_what, odd) => {
		files['6'] = { status: 4 };
		const host = n8n();
		await host.poll();
		files['6'] = { file_id: 6, ...odd };
		await host.poll();
		expect(host.failures).toEqual([
			expect.objectContaining({ message: 'The Cybertron server gave no status for the file' }),
		]);
		files['6'] = { status: 4 };
		await host.poll();
		files['6'] = { status: '7' };
		await host.poll();
		expect(idsOf(host.emitted)).toEqual(['6:7']);
	});

	it('does not hold up the other files', async () => {
		files = { '6': {}, '8': { status: 4 } };
		parameters.fileIds = '6, 8';
		const host = n8n();
		await host.poll();
		files['8'] = { status: 7 };
		expect(idsOf((await host.poll())?.items)).toEqual(['8:7']);
		expect(host.failures).toEqual([]);
	});
});

it('names the file also where the server does not, as Get Status does', async () => {
	files['6'] = { status: 4 };
	parameters.startFrom = 'all';
	expect((await n8n().poll())?.items).toEqual([
		{ event_id: '6:4', file_id: '6', status: 4, status_name: 'parsing' },
	]);
});

describe('another choice of Wait Until', () => {
	it('asks for parsed files again when their flow is waited for from then on', async () => {
		files['6'] = { status: 5 };
		parameters.waitUntil = 'parsing';
		const host = n8n();
		await host.poll();
		parameters.waitUntil = 'flow';
		await host.poll();
		files['6'] = { status: 7 };
		expect(idsOf((await host.poll())?.items)).toEqual(['6:7']);
	});

	it('starts afresh, so that a file which has ended by it is given with Start From All', async () => {
		files['6'] = { status: 5 };
		Object.assign(parameters, { startFrom: 'all', emitOn: 'final', waitUntil: 'flow' });
		const host = n8n();
		await host.poll();
		parameters.waitUntil = 'parsing';
		expect(idsOf((await host.poll())?.items)).toEqual(['6:5']);
	});
});

describe('a manual test', () => {
	const sample = async () => {
		const setup: FakeSetup = { parameters, serve, mode: 'manual' };
		return await runPoll(pollContext(setup, {}));
	};

	it('shows the files that can be read, in the order of the list', async () => {
		files = { '6': { status: 7 }, '8': { status: 4 } };
		parameters.fileIds = '5, 8, 6';
		const items = (await sample())?.[0]?.map(({ json }) => json);
		expect(idsOf(items)).toEqual(['8:4', '6:7']);
	});

	it('says why when none can be read, and that belongs to no item', async () => {
		const error = await sample().catch((thrown: Error) => thrown);
		expect(error).toMatchObject({
			message: expect.stringContaining('The file does not exist') as string,
		});
		expect(error).not.toHaveProperty('context.itemIndex');
	});
});

describe('an expression that gives no ids', () => {
	it.each([
		['blanks in a list', [null, undefined, NaN, '', ' ']],
		['objects in a list', [{ name: 'a.pdf' }]],
		['a truth value', true],
		['an object', {}],
	])('is told as empty with %s', async (_what, fileIds) => {
		parameters.fileIds = fileIds as IDataObject[string];
		const host = n8n();
		await host.poll();
		expect(host.failures).toEqual([expect.objectContaining({ message: 'File IDs is empty' })]);
		expect(asked).toEqual([]);
	});

	it.each([
		['a number', 1858406156273270784],
		['numbers in a list', ['6', 1858406156273270784]],
	])('is told when long ids have lost digits as %s', async (_what, fileIds) => {
		parameters.fileIds = fileIds as IDataObject[string];
		const host = n8n();
		await host.poll();
		expect(host.failures).toEqual([
			expect.objectContaining({ message: expect.stringContaining('has lost digits') as string }),
		]);
	});

	it('takes long ids as texts', async () => {
		files['1858406156273270784'] = { status: 7 };
		Object.assign(parameters, { fileIds: ['1858406156273270784'], startFrom: 'all' });
		expect(idsOf((await n8n().poll())?.items)).toEqual(['1858406156273270784:7']);
	});
});

it('goes on with a list that was empty for a while, and reports that once', async () => {
	const now = jest.spyOn(Date, 'now').mockReturnValue(Date.UTC(2026, 0, 1));
	files = { '6': { status: 4 } };
	const host = n8n();
	await host.poll();
	for (const fileIds of ['', '', '', '6']) {
		now.mockReturnValue(Date.now() + 60_000);
		parameters.fileIds = fileIds;
		files['6'] = { status: 7 };
		await host.poll();
	}
	expect(host.failures).toHaveLength(1);
	expect(idsOf(host.emitted)).toEqual(['6:7']);
	now.mockRestore();
});

it('asks five thousand files in turn although many fail for ever, which is told', async () => {
	const all = Array.from({ length: 5000 }, (_, i) => String(i));
	for (const id of all) if (!id.endsWith('77')) files[id] = { status: 4 };
	Object.assign(parameters, { fileIds: all.join(','), emitOn: 'final' });
	const host = n8n();
	await host.poll();
	for (const id of Object.keys(files)) if (id !== '0') files[id] = { status: 7 };
	for (let i = 0; i < 55; i++) await host.poll();
	expect(new Set(idsOf(host.emitted)).size).toBe(4949);
	expect(host.emitted).toHaveLength(4949);
	expect(new Set(host.failures.map((error) => (error as Error).message))).toEqual(
		new Set(['Cybertron answered with code 400000: The file does not exist']),
	);
	expect(host.size).toBeLessThan(60_000);
});
