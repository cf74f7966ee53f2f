import type { IDataObject } from 'n8n-workflow';

import { invalidValue } from '../../shared/errors';
import type { Item } from '../../shared/item';
import { asText } from '../../shared/values';
import { readBase } from '../transport/knowledgeBase';

/**
 * The knowledge base that documents are to be sent to, asked for once for all items.
 *
 * @throws ChatflowError if it cannot take documents.
 */
export async function baseForDocuments(item: Item, datasetId: string): Promise<IDataObject> {
	return await item.once(`base ${datasetId}`, async () => {
		const base = await readBase(item, datasetId);
		checkBase(base);
		return base;
	});
}

/** What Dify says late or not at all. */
function checkBase(base: IDataObject): void {
	const name = `The knowledge base "${asText(base.name) ?? ''}"`;
	if (base.provider === 'external') {
		throw invalidValue(
			`${name} is an external one: Dify only searches it`,
			'Send the documents to the system that it is connected to',
		);
	}
	if (base.indexing_technique === 'high_quality' && base.embedding_available === false) {
		throw invalidValue(
			`${name} has no embedding model that can be used`,
			`Set up its model (${asText(base.embedding_model) ?? 'none is chosen'}) in Dify under Settings > Model Provider, or choose another one in the settings of the knowledge base`,
		);
	}
}
