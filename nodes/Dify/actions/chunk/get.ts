import type { IDataObject } from 'n8n-workflow';

import { ChatflowError } from '../../../shared/errors';
import type { Item } from '../../../shared/item';
import type { Operation } from '../../../shared/operation';
import { json } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { asObject } from '../../../shared/values';
import { knowledge } from '../../transport/knowledge';
import { LIST_RULES, listPages } from '../../transport/lists';
import { asItem } from './content';
import { childrenPath, chunkPath, levelOf, oneFields } from './fields';

/** GET …/segments/{segment_id}. Dify has no such call for a child: it is looked up in the list. */
export const get: Operation = {
	name: 'Get',
	action: 'Get chunk',
	description: 'Get a chunk of a document, or a part of a chunk',
	fields: [...oneFields, optionsField()],
	execute: async (item) => json(await GET[levelOf(item)](item)),
};

const GET = {
	parent: async (item: Item): Promise<IDataObject> => {
		const response = asObject(await knowledge(item).get(chunkPath(item)));
		return asItem(asObject(response.data), response);
	},
	child: async (item: Item): Promise<IDataObject> => {
		const wanted = item.id('childChunkId').toLowerCase();
		const list = { path: childrenPath(item), rule: LIST_RULES.datasets };
		for await (const page of listPages(item, list)) {
			const found = page.find(({ id }) => String(id).toLowerCase() === wanted);
			if (found) return found;
		}
		throw new ChatflowError({
			message: 'The chunk has no such child chunk',
			description: 'Check Chunk and Child Chunk. Dify may have made the children anew',
			details: { child_chunk_id: wanted },
		});
	},
};
