import type { IDataObject } from 'n8n-workflow';

import { ChatflowError } from '../../../shared/errors';
import type { Item } from '../../../shared/item';
import { asObject, asText, defined } from '../../../shared/values';
import { withIndexingError } from '../simplify';

/** What the options say about the content of a parent. */
export function contentOptions(item: Item): IDataObject {
	const { answer, keywords } = item.options;
	return defined({
		answer: asText(answer),
		keywords:
			keywords === undefined
				? undefined
				: (Array.isArray(keywords) ? keywords.map(String) : String(keywords).split(','))
						.map((keyword) => keyword.trim())
						.filter(Boolean),
	});
}

/**
 * A chunk that was written.
 *
 * @param response What Dify said to it: HTTP 200, even if it could not index the chunk.
 * @throws ChatflowError if it could not.
 */
export function writtenChunk(chunk: unknown, response: IDataObject): IDataObject {
	const written = asObject(chunk);
	const reason = asText(written.error);
	if (written.status === 'error' || reason !== undefined) {
		throw new ChatflowError({
			message: `Dify saved the chunk but could not index it: ${reason ?? 'no reason was given'}`,
			description:
				'It is disabled and cannot be found. Check the embedding model of the knowledge base in Dify, then update the chunk with the option Enabled',
			details: withIndexingError(written),
		});
	}
	return asItem(written, response);
}

/** A chunk with the kind of its document. */
export function asItem(chunk: IDataObject, { doc_form }: IDataObject): IDataObject {
	return { ...withIndexingError(chunk), ...defined({ doc_form }) };
}
