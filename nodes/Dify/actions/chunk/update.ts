import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { invalidValue } from '../../../shared/errors';
import type { Item } from '../../../shared/item';
import type { Operation } from '../../../shared/operation';
import { json } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { asObject, asText, defined, objectsIn } from '../../../shared/values';
import { knowledge } from '../../transport/knowledge';
import { asItem, contentOptions, writtenChunk } from './content';
import { chunkPath, contentField, levelOf, oneFields, onePath, parentOptions } from './fields';

const forParents = { show: { '/level': ['parent'] } };

const enabledOption: INodeProperties = {
	displayName: 'Enabled',
	name: 'enabled',
	type: 'boolean',
	default: true,
	description: 'Whether the chunk can be found',
	displayOptions: forParents,
};

const regenerateOption: INodeProperties = {
	displayName: 'Regenerate Child Chunks',
	name: 'regenerateChildChunks',
	type: 'boolean',
	default: true,
	description: 'Whether to make the child chunks anew from the content; else they stay as they are',
	displayOptions: forParents,
};

/** POST …/segments/{segment_id}, or PATCH …/child_chunks/{child_chunk_id}. */
export const update: Operation = {
	name: 'Update',
	action: 'Update chunk',
	description: 'Change a chunk of a document, or a part of a chunk',
	fields: [
		...oneFields,
		{
			...contentField,
			required: false,
			description:
				'The new text, in a Q&A knowledge base of the question. The text of a parent stays as it is if this is empty.',
		},
		optionsField(...parentOptions, enabledOption, regenerateOption),
	],
	execute: async (item) => json(await UPDATE[levelOf(item)](item)),
	exclusiveKey: (item) => item.optionalId('chunkId'),
};

const UPDATE = {
	parent: updateParent,
	child: async (item: Item): Promise<IDataObject> => {
		const body = { content: item.text('content') };
		return asObject(asObject(await knowledge(item).patch(onePath(item), body)).data);
	},
};

/** Dify disables a chunk without a look at what else is to be changed: that goes first. */
async function updateParent(item: Item): Promise<IDataObject> {
	const changes = changesOf(item);
	const { enabled } = item.options;
	if (Object.keys(changes).length === 0 && typeof enabled !== 'boolean') {
		throw invalidValue('There is nothing to update', 'Fill in Content, or add an option');
	}
	const path = chunkPath(item);
	if (Object.keys(changes).length > 0 || enabled === true) {
		const current = asObject(asObject(await knowledge(item).get(path)).data);
		const enable = typeof enabled === 'boolean' ? { enabled: true } : {};
		const response = await write(item, path, { ...kept(current), ...changes, ...enable });
		const written = writtenChunk(response.data, response);
		if (enabled !== false) return written;
	}
	const response = await write(item, path, { enabled: false });
	return asItem(asObject(response.data), response);
}

function changesOf(item: Item): IDataObject {
	const { regenerateChildChunks } = item.options;
	const content = asText(item.value('content'));
	return defined({
		content: content?.trim() ? content : undefined,
		...contentOptions(item),
		regenerate_child_chunks:
			typeof regenerateChildChunks === 'boolean' ? regenerateChildChunks : undefined,
	});
}

/** What Dify would erase if it were not sent again. */
function kept({ content, answer, keywords, attachments }: IDataObject): IDataObject {
	const ids = objectsIn(attachments).map(({ id }) => id);
	return defined({
		content,
		answer: asText(answer),
		keywords: Array.isArray(keywords) && keywords.length > 0 ? keywords : undefined,
		attachment_ids: ids.length > 0 ? ids : undefined,
	});
}

async function write(item: Item, path: string, segment: IDataObject): Promise<IDataObject> {
	return asObject(await knowledge(item).post(path, { segment }));
}
