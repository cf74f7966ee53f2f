import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { INodeTypeDescription } from 'n8n-workflow';

import { loadPackage } from '../support/engine';
import { offered } from '../support/offered';

const root = join(__dirname, '..', '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** The files of the repository; not those that are installed, built or left behind by tests. */
function filesIn(folder: string): string[] {
	return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
		const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
		if (!entry.isDirectory()) return [path];
		return NOT_OURS.has(entry.name) ? [] : filesIn(path);
	});
}

const NOT_OURS = new Set(['.git', '.cache', 'coverage', 'dist', 'node_modules']);
const files = filesIn('');
const documents = files.filter((file) => file.endsWith('.md'));

/** A heading as links name it. */
function anchor(heading: string): string {
	return heading
		.toLowerCase()
		.replace(/[^\w -]/g, '')
		.replaceAll(' ', '-');
}

function headings(file: string): string[] {
	const text = read(file).replace(/^```[^]*?^```/gm, '');
	return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
}

describe('the operations in the README', () => {
	/** "Resource: Operation" of every operation in the rows below a node's heading. */
	function rows(node: string): string[] {
		const table = read('README.md').split(`\n### ${node}\n`)[1]?.split(/\n#/)[0] ?? '';
		return [...table.matchAll(/^\| ([\w ]+?) *\| ([\w ,-]+?) *\| .*\|$/gm)].flatMap(
			([, resource = '', operations = '']) =>
				operations === 'operations'
					? []
					: operations.split(', ').map((one) => `${resource}: ${one}`),
		);
	}

	it.each(['Dify', 'Cybertron'])('are those of the node %s', async (node) => {
		const { type } = (await loadPackage()).getNode(node.toLowerCase());
		const description = (type as { description: INodeTypeDescription }).description;
		const names = offered(description).map(([resource, operation]) => `${resource}: ${operation}`);
		expect(rows(node).sort()).toEqual(names.sort());
	});
});

describe('references', () => {
	it.each(documents)('of %s lead somewhere', (document) => {
		const links = [...read(document).matchAll(/(?:\]\(|(?:src|srcset)=")([^)"\s]+)/g)]
			.map(([, link = '']) => link)
			.filter((link) => !/^[a-z]+:/.test(link));
		const broken = links.filter((link) => {
			const [path = '', section] = link.split('#');
			const file = path === '' ? document : join(dirname(document), path);
			if (!existsSync(join(root, file))) return true;
			return section !== undefined && !headings(file).map(anchor).includes(section);
		});
		expect(broken).toEqual([]);
	});

	it('to SERVER.md name a heading that it has', () => {
		const known = new Map(
			['Dify', 'Cybertron'].map((service) => [service, headings(`nodes/${service}/SERVER.md`)]),
		);
		const all = [...known.values()].flat();
		const broken = files
			.filter((file) => /^(nodes|credentials|test)\/.*\.(ts|mjs)$/.test(file))
			.flatMap((file) => {
				const text = read(file).replace(/\n\s*(\*|\/\/) /g, ' ');
				const cited = [...text.matchAll(/(?:(Dify|Cybertron)\/)?SERVER\.md, "([^"]+)"/g)];
				return cited
					.filter(([, named, heading = '']) => {
						const service = named ?? /^nodes\/(Dify|Cybertron)\//.exec(file)?.[1] ?? '';
						return !(known.get(service) ?? all).includes(heading);
					})
					.map(([citation]) => `${file}: ${citation}`);
			});
		expect(broken).toEqual([]);
	});
});
