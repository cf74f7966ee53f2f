import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { byId } from '../difyApp';
import type { DifyContext } from '../difySuite';
import { assertSame } from '../shapes';

/** Brings a knowledge base of its own to what the input items say, again and again. */
export async function sync({ session, knowledge }: DifyContext): Promise<void> {
	if (!knowledge) return;
	const base = await session.check('Knowledge Base > Create, for a sync', async () => {
		const { id } = await knowledge.create(`${session.user} sync`);
		return String(id);
	});
	const run = async (texts: Record<string, string>): Promise<Record<string, string>> => {
		const items: INodeExecutionData[] = Object.entries(texts).map(([name, text]) => ({
			json: { name, text },
		}));
		const parameters = {
			datasetId: byId(base.get()),
			source: 'text',
			name: '={{ $json.name }}',
			text: '={{ $json.text }}',
			options: { deleteMissing: true, syncKey: session.user },
		};
		const { json } = await knowledge.run('document.sync', parameters, { items });
		const done = json.map(({ name, action }) => [String(name), String(action)] as const);
		return Object.fromEntries(done.sort(([a], [b]) => a.localeCompare(b)));
	};
	const first = { 'a.txt': 'Apples', 'b.txt': 'Bananas', 'c.txt': 'Cherries' };
	const second = { 'a.txt': 'Apples', 'b.txt': 'Blueberries' };
	const filled = await session.check('Document > Sync', async () => {
		const done = await run(first);
		assertSame(done, { 'a.txt': 'created', 'b.txt': 'created', 'c.txt': 'created' }, 'actions');
	});
	await session.check('Document > Sync, again: nothing to do', async () => {
		filled.get();
		const done = await run(first);
		assertSame(done, { 'a.txt': 'skipped', 'b.txt': 'skipped', 'c.txt': 'skipped' }, 'actions');
	});
	await session.check('Document > Sync, one changed, one missing', async () => {
		filled.get();
		const done = await run(second);
		assertSame(done, { 'a.txt': 'skipped', 'b.txt': 'replaced', 'c.txt': 'deleted' }, 'actions');
		const parameters = { datasetId: byId(base.get()), returnAll: true };
		const { json } = await knowledge.run('document.getAll', parameters);
		const names = json.map((document: IDataObject) => String(document.name)).sort();
		assertSame(names, Object.keys(second), 'the documents');
	});
}
