import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { INodeProperties } from 'n8n-workflow';

import { Cybertron } from '../../../../nodes/Cybertron/Cybertron.node';

describe('what the documents say wrongly', () => {
	const { properties } = new Cybertron().description;
	const every = properties.flatMap((property) => [
		property,
		...((property.options ?? []) as INodeProperties[]),
	]);
	const field = (name: string) => every.find((property) => property.name === name);

	it('the HTTP address for chatflows, which does not answer, is used nowhere', () => {
		const source = (folder: string): string =>
			readdirSync(folder, { withFileTypes: true })
				.filter((entry) => entry.isDirectory() || entry.name.endsWith('.ts'))
				.map((entry) => {
					const at = path.join(folder, entry.name);
					return entry.isDirectory() ? source(at) : readFileSync(at, 'utf8');
				})
				.join('\n');
		const nodes = source(path.resolve(__dirname, '../../../../nodes/Cybertron'));
		expect(nodes).toContain('/openapi/v1/conversation/dialog/');
		expect(nodes).not.toContain('/openapi/v2/conversation');
	});

	it('models and formats are free text', () => {
		expect(field('parseModel')?.type).toBe('string');
		expect(field('fileFormat')?.type).toBe('string');
	});

	it('the tenant is required, and the hint names the one for tests', () => {
		expect(field('tenantName')).toMatchObject({
			required: true,
			hint: expect.stringContaining('AiopsTest') as string,
		});
	});

	it('the field says that only the first prompt parameters of a session count', () => {
		expect(field('promptParams')?.description).toContain(
			'Only the first values of a session count',
		);
	});
});
