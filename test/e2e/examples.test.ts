import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { demoCredentials } from '../demo/credentials';
import { startSimulators, type Simulators } from '../demo/simulators';
import type { N8nClient } from '../support/n8n/client';
import { saveCredential, type SavedCredential } from '../support/n8n/credentials';
import { readExamples, runExample } from '../support/n8n/examples';
import { cacheFolder } from '../support/n8n/installation';
import { openN8n } from './support/n8n';

describe('the example workflows in a real n8n', () => {
	let client: N8nClient;
	let simulators: Simulators;
	let credentials: SavedCredential[];

	beforeAll(async () => {
		client = await openN8n();
		simulators = await startSimulators();
		credentials = [];
		for (const content of demoCredentials(simulators))
			credentials.push(await saveCredential(client, content));
	});
	afterAll(async () => await simulators.close());

	it.each(readExamples().map((example) => [example.id, example] as const))(
		'%s gives what is stored beside it',
		async (id, example) => {
			const { complaints, items } = await runExample(client, example, { credentials });
			const folder = join(cacheFolder, 'examples');
			mkdirSync(folder, { recursive: true });
			writeFileSync(join(folder, `${id}.json`), JSON.stringify(items, null, '\t'));
			expect(complaints).toEqual([]);
		},
	);
});
