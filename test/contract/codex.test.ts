import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Codex {
	node: string;
	categories: string[];
	alias: string[];
	resources: Record<string, Array<{ url: string }>>;
}

const root = join(__dirname, '..', '..');
const files = {
	dify: 'nodes/Dify/Dify.node.json',
	cybertron: 'nodes/Cybertron/Cybertron.node.json',
	chatflowTrigger: 'nodes/ChatflowTrigger/ChatflowTrigger.node.json',
};

/** What people type who look for such a node. */
const SEARCHES = ['bot', 'chat', 'LLM', 'RAG', 'knowledge'];

describe.each(Object.entries(files))('the codex file of %s', (name, file) => {
	const codex = JSON.parse(readFileSync(join(root, file), 'utf8')) as Codex;

	it('names its node with the package', () => {
		expect(codex.node).toBe(`n8n-nodes-chatflow.${name}`);
	});

	it('is not of the category AI, whose nodes the editor lists for agents only', () => {
		expect(codex.categories).not.toContain('AI');
		expect(codex.categories.length).toBeGreaterThan(0);
	});

	it.each(SEARCHES)('lets the node be found by "%s"', (word) => {
		expect(codex.alias).toContain(word);
	});

	it('points to headings that the README has', () => {
		const readme = readFileSync(join(root, 'README.md'), 'utf8');
		const anchors = [...readme.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
			title
				.toLowerCase()
				.replace(/[^\w -]/g, '')
				.replaceAll(' ', '-'),
		);
		const urls = Object.values(codex.resources).flat();
		for (const { url } of urls) expect(anchors).toContain(url.split('#')[1]);
	});
});
