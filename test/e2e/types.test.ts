import type { INodeTypeDescription } from 'n8n-workflow';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { N8nClient } from '../support/n8n/client';
import { rootFolder } from '../support/n8n/installation';
import { openN8n } from './support/n8n';

interface CredentialType {
	name: string;
	iconUrl?: unknown;
}

let client: N8nClient;
let nodes: INodeTypeDescription[];

beforeAll(async () => {
	client = await openN8n();
	nodes = await client.call('GET', '/types/nodes.json');
});

const find = (name: string) => nodes.find((node) => node.name === `n8n-nodes-chatflow.${name}`);

describe('n8n with the installed package', () => {
	const packageJson = JSON.parse(readFileSync(join(rootFolder, 'package.json'), 'utf8')) as {
		n8n: { nodes: string[]; credentials: string[] };
	};
	const ours = () => nodes.filter(({ name }) => name.startsWith('n8n-nodes-chatflow.'));

	it.each(['dify', 'cybertron'])('knows the node "%s" under its production name', (name) => {
		expect(find(name)?.displayName.toLowerCase()).toBe(name);
	});

	it.each(['difyTool', 'cybertronTool'])('offers "%s" to AI agents', (name) => {
		expect(find(name)?.outputs).toEqual(['ai_tool']);
	});

	it('knows every node that package.json names', () => {
		const withoutTools = ours().filter(({ name }) => !name.endsWith('Tool'));
		expect(withoutTools).toHaveLength(packageJson.n8n.nodes.length);
	});

	it('knows both credentials, with their icons', async () => {
		const all = await client.call<CredentialType[]>('GET', '/types/credentials.json');
		for (const name of ['difyApi', 'cybertronApi']) {
			expect(all.find((type) => type.name === name)?.iconUrl).toEqual({
				light: expect.stringContaining('n8n-nodes-chatflow') as string,
				dark: expect.stringContaining('n8n-nodes-chatflow') as string,
			});
		}
	});

	it('serves the icons of the nodes', async () => {
		const icons = ours().flatMap(({ iconUrl }) =>
			typeof iconUrl === 'string' ? [iconUrl] : Object.values(iconUrl ?? {}),
		);
		expect(icons.length).toBeGreaterThan(0);
		for (const icon of icons) {
			const answer = await fetch(`${client.baseUrl}/${icon}`);
			expect({ icon, status: answer.status }).toEqual({ icon, status: 200 });
			expect(await answer.text()).toContain('<svg');
		}
	});
});
