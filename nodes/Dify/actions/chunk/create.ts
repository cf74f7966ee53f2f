import type { IDataObject } from 'n8n-workflow';

import { ChatflowError } from '../../../shared/errors';
import type { Item } from '../../../shared/item';
import type { Operation } from '../../../shared/operation';
import { json } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { asObject, objectsIn } from '../../../shared/values';
import { knowledge } from '../../transport/knowledge';
import { contentOptions, writtenChunk } from './content';
import {
	childrenPath,
	chunksPath,
	contentField,
	levelOf,
	parentOptions,
	placeFields,
} from './fields';

/** POST /datasets/{dataset_id}/documents/{document_id}/segments, or …/{segment_id}/child_chunks. */
export const create: Operation = {
	name: 'Create',
	action: 'Create chunk',
	description: 'Add a chunk to a document, or a part to a chunk',
	fields: [...placeFields, contentField, optionsField(...parentOptions)],
	execute: async (item) => json(await CREATE[levelOf(item)](item)),
};

const CREATE = {
	parent: async (item: Item): Promise<IDataObject> => {
		const segment = { content: item.text('content'), ...contentOptions(item) };
		const response = asObject(
			await knowledge(item).post(chunksPath(item), { segments: [segment] }),
		);
		const [created] = objectsIn(response.data);
		if (!created) throw notCreated(response);
		return writtenChunk(created, response);
	},
	child: async (item: Item): Promise<IDataObject> => {
		const body = { content: item.text('content') };
		return asObject(asObject(await knowledge(item).post(childrenPath(item), body)).data);
	},
};

function notCreated(response: IDataObject): ChatflowError {
	return new ChatflowError({
		message: 'Dify created no chunk',
		description: 'Check the document in Dify, and the Base URL in the credential',
		details: response,
	});
}
