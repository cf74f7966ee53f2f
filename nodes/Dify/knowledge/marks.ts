import type { IDataObject } from 'n8n-workflow';

import { ChatflowError } from '../../shared/errors';
import type { Item } from '../../shared/item';
import { hashMark } from './contentHash';
import type { MetadataWrite } from './metadata';
import { textFieldId, writeMetadata } from './metadata';
import { SOURCE_FIELD } from './planSync';

/** So many documents are marked in one request, or those of so many milliseconds. */
const AT_ONCE = 20;
const AT_LATEST_MS = 5_000;
const ATTEMPTS = 3;

/** Notes at documents which sync they belong to, and which content they have. */
export interface Marks {
	/** Notes it soon; every now and then it takes the time that a request needs. */
	add(document: IDataObject, hash: string): Promise<void>;
	/** Notes what is left. @returns How many documents could not be marked. */
	close(): Promise<number>;
}

/**
 * Marks documents, many in one request, as each is a write that plans limit. A document that could not
 * be marked is sent again by the next run; nothing else comes of it.
 *
 * @throws ChatflowError if the knowledge base has not the fields and they cannot be made.
 */
export async function openMarks(
	item: Item,
	datasetId: string,
	{ key, hashField }: { key: string; hashField: string },
): Promise<Marks> {
	const hashId = await textFieldId(item, datasetId, hashField);
	const sourceId = await textFieldId(item, datasetId, SOURCE_FIELD);
	let pending: MetadataWrite[] = [];
	let since = 0;

	const flush = async (): Promise<void> => {
		const writes = pending;
		pending = [];
		if (writes.length === 0) return;
		try {
			await writeMetadata(item, datasetId, writes);
		} catch (error) {
			if (!(error instanceof ChatflowError)) return await Promise.reject(error);
			pending.push(...writes);
		}
	};
	return {
		add: async (document, hash) => {
			if (pending.length === 0) since = Date.now();
			const values = [
				{ id: hashId, name: hashField, value: hashMark(hash, document) },
				{ id: sourceId, name: SOURCE_FIELD, value: key },
			];
			pending.push({ documentId: String(document.id), values });
			if (pending.length >= AT_ONCE || Date.now() - since > AT_LATEST_MS) await flush();
		},
		close: async () => {
			for (let left = ATTEMPTS; left > 0 && pending.length > 0; left--) await flush();
			return pending.length;
		},
	};
}
