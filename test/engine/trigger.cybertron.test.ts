import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { startCybertronSimulator, type CybertronSimulator } from '../simulators/cybertron';
import { share } from '../support/share';
import { TriggerHost } from '../support/engine/poll';

let cybertron: CybertronSimulator;

beforeAll(async () => {
	cybertron = await startCybertronSimulator();
});
beforeEach(() => {
	cybertron.reset();
	cybertron.state.files.progress.mode = 'manual';
});
afterAll(async () => await cybertron.close());

function trigger(fileIds: unknown, parameters: INodeParameters = {}, robotToken?: string) {
	const { origin: baseUrl, robotKey, username } = cybertron;
	return new TriggerHost({
		parameters: {
			event: 'offlineFileStatus',
			fileIds: fileIds as string,
			emitOn: 'change',
			...parameters,
		},
		credentials: {
			cybertronApi: {
				baseUrl,
				robotKey,
				robotToken: robotToken ?? cybertron.robotToken,
				username,
			},
		},
	});
}

function events(items: IDataObject[] | null): unknown[] {
	return (items ?? []).map(({ event_id: id }) => id);
}

/** A file that is at the beginning of its way through the flow. */
function newFile(fileName = 'invoice.pdf'): { id: number; to(status: number): void } {
	const { files } = cybertron.state;
	const { id } = files.create({ fileName, plan: [1, 2, 4, 5, 7, 8, 3, 6], position: 0 });
	return {
		id,
		to: (status) => {
			files.change(id, { plan: [1, status], position: 1 });
		},
	};
}

function statusRequests(): number {
	return cybertron.requests.filter(({ path }) => path.includes('get_offline_file_status')).length;
}

describe('the status of offline files', () => {
	it('comes with every change, with the fields of Get Status', async () => {
		const file = newFile();
		const host = trigger(String(file.id));
		await host.activate();
		file.to(4);
		const parsing = await host.poll();
		file.to(7);
		const done = await host.poll();
		expect(parsing.items).toEqual([
			expect.objectContaining({
				event_id: `${file.id}:4`,
				file_id: file.id,
				status: 4,
				status_name: 'parsing',
			}),
		]);
		expect(done.items).toEqual([
			expect.objectContaining({
				event_id: `${file.id}:7`,
				status_name: 'flow_succeeded',
				parsed_content: expect.objectContaining({ invoice_number: 'INV-001' }) as object,
			}),
		]);
	});

	it('comes once, at the end, when only the final status is wanted', async () => {
		const [a, b] = [newFile(), newFile()];
		const host = trigger([a.id, b.id], { emitOn: 'final' });
		await host.activate();
		a.to(4);
		b.to(3);
		expect(events((await host.poll()).items)).toEqual([`${b.id}:3`]);
		a.to(5);
		expect((await host.poll()).items).toBeNull();
		a.to(7);
		expect(events((await host.poll()).items)).toEqual([`${a.id}:7`]);
		expect((await host.poll()).items).toBeNull();
	});

	it('is final with a warning when a failed flow has a content', async () => {
		const file = newFile();
		const host = trigger(String(file.id), { emitOn: 'final' });
		await host.activate();
		file.to(8);
		expect((await host.poll()).items).toEqual([
			expect.objectContaining({ status: 8, warning: expect.any(String) as string }),
		]);
	});

	it('is final after parsing when no more is waited for', async () => {
		const file = newFile();
		const host = trigger(String(file.id), { emitOn: 'final', waitUntil: 'parsing' });
		await host.activate();
		file.to(5);
		expect(events((await host.poll()).items)).toEqual([`${file.id}:5`]);
	});

	it('is asked for no more when it is final', async () => {
		const file = newFile();
		const host = trigger(String(file.id));
		await host.activate();
		file.to(7);
		await host.poll();
		const before = statusRequests();
		await host.poll();
		expect(statusRequests()).toBe(before);
	});

	it('of files that have ended before the activation comes only when asked for', async () => {
		const file = newFile();
		file.to(7);
		expect((await trigger(String(file.id)).activate()).items).toBeNull();
		const all = await trigger(String(file.id), { startFrom: 'all' }).activate();
		expect(events(all.items)).toEqual([`${file.id}:7`]);
	});

	it('of a file that is added later comes at once', async () => {
		const [a, b] = [newFile(), newFile()];
		const host = trigger(`${a.id}`);
		await host.activate();
		b.to(7);
		host.change({
			parameters: { event: 'offlineFileStatus', fileIds: `${a.id}\n${b.id}`, emitOn: 'change' },
		});
		expect(events((await host.activate()).items)).toEqual([`${b.id}:7`]);
	});

	it('can be given for a list in an expression', async () => {
		const file = newFile();
		const host = trigger(`={{ [${file.id}] }}`, { startFrom: 'all' });
		expect(events((await host.activate()).items)).toEqual([`${file.id}:1`]);
	});

	it('takes a bounded number of requests for very many files, and forgets none', async () => {
		const files = Array.from({ length: share(1000, 300) }, () => newFile());
		const host = trigger(files.map(({ id }) => id).join(','), { emitOn: 'final' });
		await host.activate();
		for (const file of files) file.to(7);
		for (let poll = 0; poll < 12; poll++) {
			const before = statusRequests();
			await host.poll();
			expect(statusRequests() - before).toBeLessThanOrEqual(100);
		}
		expect(events(host.emitted).sort()).toEqual(files.map(({ id }) => `${id}:7`).sort());
	});
});

describe('what cannot be read', () => {
	it('fails the activation when the robot is unknown, and shows no token', async () => {
		const host = trigger(String(newFile().id), {}, 'wrong-token-secret');
		const error = await host.activate().catch((thrown: Error) => thrown);
		expect(error).toMatchObject({ message: 'Cybertron does not know this robot' });
		expect(JSON.stringify(error)).not.toContain('wrong-token-secret');
	});

	it('fails the activation when no file is given', async () => {
		await expect(trigger(' ').activate()).rejects.toMatchObject({ message: 'File IDs is empty' });
	});

	it('does not hold up the other files', async () => {
		const file = newFile();
		const host = trigger(`999999, ${file.id}, 888888`);
		await host.activate();
		file.to(7);
		expect(events((await host.poll()).items)).toEqual([`${file.id}:7`]);
	});

	it('is told although others can be read', async () => {
		const file = newFile();
		const host = trigger(`999999, ${file.id}`);
		await host.activate();
		expect((await host.poll()).error).toMatchObject({
			message: expect.stringContaining('The file does not exist') as string,
		});
		file.to(7);
		expect(events((await host.poll()).items)).toEqual([`${file.id}:7`]);
	});

	it('is told when it is all that was asked for', async () => {
		const host = trigger('999999');
		await expect(host.activate()).rejects.toMatchObject({
			message: expect.stringContaining('The file does not exist') as string,
		});
	});

	it('because the server fails is read later', async () => {
		const file = newFile();
		const host = trigger(String(file.id));
		await host.activate();
		file.to(7);
		const fault = { on: 'http' as const, path: 'get_offline_file_status' };
		cybertron.faults.add({ ...fault, directives: '#status 500' });
		expect((await host.poll()).error).toBeDefined();
		cybertron.faults.clear();
		expect(events((await host.poll()).items)).toEqual([`${file.id}:7`]);
	});
});

it('a manual test shows the present status and changes nothing', async () => {
	const file = newFile();
	const host = trigger(String(file.id));
	await host.activate();
	file.to(7);
	expect(events((await host.test()).items)).toEqual([`${file.id}:7`]);
	expect(events((await host.poll()).items)).toEqual([`${file.id}:7`]);
});
