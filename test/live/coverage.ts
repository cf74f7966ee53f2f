import type { INodePropertyOptions, INodeTypeDescription } from 'n8n-workflow';

import { loadPackage } from '../support/engine';
import type { Row } from './session';

/** A failed row for every operation that no check of a complete run has tried. */
export async function untried(rows: Row[]): Promise<Row[]> {
	const loader = await loadPackage();
	const operations = ['dify', 'cybertron'].flatMap((node) => {
		const { type } = loader.getNode(node);
		return offered((type as { description: INodeTypeDescription }).description);
	});
	return operations
		.filter((name) => !rows.some(({ operation }) => `${operation},`.startsWith(`${name},`)))
		.map((operation) => ({ operation, result: 'failed', ms: 0, why: 'no check tries it' }));
}

/** "Resource > Operation", as the editor shows them. */
function offered({ properties }: INodeTypeDescription): string[] {
	const names = (name: string, resource?: string) =>
		properties
			.filter((property) => property.name === name)
			.filter(({ displayOptions }) => displayOptions?.show?.resource?.[0] === resource)
			.flatMap(({ options }) => (options ?? []) as INodePropertyOptions[]);
	return names('resource').flatMap(({ name, value }) =>
		names('operation', String(value)).map((operation) => `${name} > ${operation.name}`),
	);
}
