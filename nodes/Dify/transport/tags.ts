import type { IDataObject } from 'n8n-workflow';

import type { Caller } from '../../shared/client';
import { path } from '../../shared/client';
import { ChatflowError } from '../../shared/errors';
import { asObject, asText, objectsIn } from '../../shared/values';
import { knowledge } from './knowledge';
import { LIST_RULES, listPages } from './lists';

/** The tags of the workspace. */
export interface Tags {
	tags: IDataObject[];
	/** Whether these are all of them, or those only that knowledge bases have. */
	isComplete: boolean;
}

/**
 * Whether a server did what it was asked to with a tag, or has tags, but cannot say so (SERVER.md,
 * "Knowledge: tags").
 */
export function cannotTellTag(error: unknown): boolean {
	const message = error instanceof ChatflowError ? String(error.info.details?.message) : '';
	return /^\d+ validation errors? for (?:list\[)?DataSetTag\b/.test(message);
}

/** The tags of the workspace, the newest first: a bare list, without pages. */
export async function readTags(caller: Caller): Promise<Tags> {
	try {
		return {
			tags: objectsIn(await knowledge(caller).get('/datasets/tags')),
			isComplete: true,
		};
	} catch (error) {
		if (!cannotTellTag(error)) return await Promise.reject(error);
		return { tags: await tagsOfBases(caller), isComplete: false };
	}
}

async function tagsOfBases(caller: Caller): Promise<IDataObject[]> {
	const list = { path: '/datasets', rule: LIST_RULES.datasets, query: { include_all: 'true' } };
	const found = new Map<string, IDataObject>();
	for await (const page of listPages(caller, list)) {
		for (const tag of page.flatMap(({ tags }) => objectsIn(tags))) {
			const id = asText(tag.id);
			if (id !== undefined) found.set(id, tag);
		}
	}
	return [...found.values()];
}

/** The tags of a knowledge base: `id` and `name`. */
export async function readTagsOf(caller: Caller, datasetId: string): Promise<IDataObject[]> {
	const response = asObject(await knowledge(caller).get(path`/datasets/${datasetId}/tags`));
	return objectsIn(response.data);
}
