import type { IDataObject } from 'n8n-workflow';

import type { Item } from '../../../shared/item';
import type { Operation } from '../../../shared/operation';
import { json, jsonObject } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { knowledge } from '../../transport/knowledge';
import { cannotTellTag } from '../../transport/tags';
import { nameField } from './fields';

/** POST /datasets/tags. */
export const create: Operation = {
	name: 'Create',
	action: 'Create tag',
	description: 'Create a tag for knowledge bases',
	fields: [nameField, optionsField()],
	execute: async (item) => json(await createTag(item, item.text('name').trim())),
};

/** @returns The tag; with `id: null` from a server that made it but cannot say so. */
export async function createTag(item: Item, name: string): Promise<IDataObject> {
	try {
		return jsonObject(await knowledge(item).post('/datasets/tags', { name }));
	} catch (error) {
		if (!cannotTellTag(error)) return await Promise.reject(error);
		item.hint([
			`Dify created the tag "${name}", but this version of Dify cannot tell its ID. Add it to a knowledge base in Dify once; then the API knows it.`,
		]);
		return { id: null, name, type: 'knowledge' };
	}
}
