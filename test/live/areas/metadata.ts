import { byId } from '../difyApp';
import type { DifyContext } from '../difySuite';
import { assert, assertSame } from '../shapes';

/** Makes, lists, renames and deletes a metadata field, and turns the built-in ones on and off. */
export async function metadata({ session, knowledge }: DifyContext): Promise<void> {
	if (!knowledge) return;
	const base = await knowledge.base();
	const datasetId = () => byId(base.get());
	const names = async (): Promise<unknown[]> => {
		const parameters = { datasetId: datasetId(), returnAll: true };
		const { json } = await knowledge.run('metadataField.getAll', parameters);
		return json.map(({ name }) => name);
	};
	const created = await session.check('Metadata Field > Create', async () => {
		const parameters = { datasetId: datasetId(), name: 'n8n_live_year', type: 'number' };
		const item = await knowledge.one('metadataField.create', parameters);
		assertSame([item.name, item.type], ['n8n_live_year', 'number'], 'name and type');
		return { datasetId: datasetId(), metadataId: byId(item.id) };
	});
	await session.check('Metadata Field > Get Many', async () => {
		created.get();
		assert((await names()).includes('n8n_live_year'), 'the new field is not listed');
	});
	await session.check('Metadata Field > Update', async () => {
		const parameters = { ...created.get(), name: 'n8n_live_jahr' };
		const item = await knowledge.one('metadataField.update', parameters);
		assertSame(item.name, 'n8n_live_jahr', 'the name');
	});
	await session.check('Metadata Field > Set Built-In Fields', async () => {
		for (const action of ['enable', 'disable']) {
			const parameters = { datasetId: datasetId(), action };
			await knowledge.one('metadataField.setBuiltIn', parameters);
			const options = { includeBuiltIn: true };
			const list = { datasetId: datasetId(), returnAll: true, options };
			const { json } = await knowledge.run('metadataField.getAll', list);
			const builtIn = json.find(({ built_in }) => built_in === true);
			assertSame(builtIn?.enabled, action === 'enable', `whether they are on after ${action}`);
		}
	});
	await session.check('Metadata Field > Delete', async () => {
		const item = await knowledge.one('metadataField.delete', created.get());
		assertSame(item, { deleted: true }, 'the item');
		assert(!(await names()).includes('n8n_live_jahr'), 'it is still listed');
	});
}
