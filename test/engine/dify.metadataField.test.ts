import type { INodeParameters } from 'n8n-workflow';

import { startDifySimulator } from '../simulators/dify';
import type { DifySimulator } from '../simulators/dify';
import type { PlainServer } from '../support/dify/plainServer';
import { json, startPlainServer } from '../support/dify/plainServer';
import { conforming, picked, runDify } from '../support/dify/run';

let simulator: DifySimulator;
let server: PlainServer;
let datasetId: INodeParameters;

beforeAll(async () => {
	simulator = await startDifySimulator();
	server = await startPlainServer();
});
beforeEach(() => {
	simulator.reset();
	datasetId = picked(simulator.seed.knowledgeBase().id);
});
afterAll(async () => {
	await simulator.close();
	await server.close();
});

const run = async (operation: string, parameters: INodeParameters = {}) =>
	await runDify(simulator, `metadataField.${operation}`, { datasetId, ...parameters });

const UNKNOWN = picked('2b7d6f0a-5a4f-4a4e-9d35-0a4a1f5c6b7e');

describe.each(['1.12', '1.14', '1.16'] as const)('a metadata field on Dify %s', (version) => {
	beforeEach(() => simulator.setVersion(version));

	it('is created, listed, renamed and deleted', async () => {
		const [made] = (await run('create', { name: ' department ', type: 'string' })).json;
		expect(made).toMatchObject({ name: 'department', type: 'string' });
		const metadataId = picked(String(made?.id));
		const renamed = await run('update', { metadataId, name: 'team' });
		expect(renamed.json).toMatchObject([{ id: made?.id, name: 'team' }]);
		expect((await run('getAll')).json).toEqual([
			{ id: made?.id, name: 'team', type: 'string', count: 0 },
		]);
		expect((await run('delete', { metadataId })).json).toEqual([{ deleted: true }]);
		expect((await run('getAll')).json).toEqual([]);
		conforming(simulator);
	});

	it('that does not exist is not renamed, and that is said', async () => {
		const { error } = await run('update', { metadataId: UNKNOWN, name: 'team' });
		expect(error?.message).toBe('Dify did not rename the metadata field');
	});
});

describe('metadataField.create', () => {
	it('can return the field that is there already', async () => {
		const field = { name: 'department', type: 'string' };
		const [made] = (await run('create', field)).json;
		expect((await run('create', field)).error?.message).toMatch(/name already exists/);
		const options = { returnExisting: true };
		expect((await run('create', { ...field, options })).json).toMatchObject([{ id: made?.id }]);
		// One of another type would not take the same values.
		const other = await run('create', { ...field, type: 'number', options });
		expect(other.error?.message).toMatch(/name already exists/);
	});
});

describe('the fields that Dify fills in itself', () => {
	it('are turned on and off, and are listed on request', async () => {
		await run('create', { name: 'department', type: 'string' });
		const options = { includeBuiltIn: true };
		for (const action of ['enable', 'disable']) {
			expect((await run('setBuiltIn', { action })).json).toEqual([{ result: 'success' }]);
			const { json: fields } = await run('getAll', { options });
			const enabled = action === 'enable';
			expect(fields).toMatchObject([
				{ name: 'department' },
				...['document_name', 'uploader', 'upload_date', 'last_update_date', 'source'].map(
					(name) => ({ id: 'built-in', name, built_in: true, enabled }),
				),
			]);
		}
		expect((await run('getAll', { options, limit: 2 })).json).toHaveLength(2);
		conforming(simulator);
	});

	it('are left alone by an action that does not exist: Dify says success to any', async () => {
		const { error } = await run('setBuiltIn', { action: '={{ "on" }}' });
		expect(error?.message).toMatch(/"on"/);
		expect(simulator.requests).toEqual([]);
	});
});

it('a field that Dify says it deleted, and did not, is told', async () => {
	server.answer(({ method }, response) => {
		if (method === 'DELETE') response.writeHead(204).end();
		else json(response, { doc_metadata: [{ id: UNKNOWN.value, name: 'x' }] });
	});
	const { error } = await server.run('metadataField.delete', {
		datasetId: picked('base'),
		metadataId: UNKNOWN,
	});
	expect(error?.message).toBe('Dify did not delete the metadata field');
});
