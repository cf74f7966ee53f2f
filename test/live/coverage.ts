import type { INodeTypeDescription } from 'n8n-workflow';

import { loadPackage } from '../support/engine';
import { offered } from '../support/offered';
import type { Row } from './session';

/** A failed row for every operation that no check of a complete run has tried. */
export async function untried(rows: Row[]): Promise<Row[]> {
	const loader = await loadPackage();
	const operations = ['dify', 'cybertron'].flatMap((node) => {
		const { type } = loader.getNode(node);
		const names = offered((type as { description: INodeTypeDescription }).description);
		return names.map((name) => name.join(' > '));
	});
	return operations
		.filter((name) => !rows.some(({ operation }) => `${operation},`.startsWith(`${name},`)))
		.map((operation) => ({ operation, result: 'failed', ms: 0, why: 'no check tries it' }));
}
