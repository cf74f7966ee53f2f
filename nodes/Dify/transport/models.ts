import type { IDataObject } from 'n8n-workflow';

import type { Caller } from '../../shared/client';
import { path } from '../../shared/client';
import { asObject, objectsIn } from '../../shared/values';
import { knowledge } from './knowledge';

/** A model as the API names it: in two fields. */
export interface ModelName {
	provider: string;
	model: string;
}

/** The models of one kind (`text-embedding`, `rerank`, …) that the workspace can use. */
export async function readModels(caller: Caller, type: string): Promise<IDataObject[]> {
	const call = path`/workspaces/current/models/model-types/${type}`;
	return objectsIn(asObject(await knowledge(caller).get(call)).data).flatMap(
		({ provider, models }) => objectsIn(models).map((model) => ({ ...model, provider })),
	);
}

/** A model in one text, as the pickers save it: `provider|model`. */
export function modelId({ provider, model }: IDataObject): string {
	return `${String(provider)}|${String(model)}`;
}

/** What a picker saved; `undefined` if it is not `provider|model`. */
export function modelName(id: string): ModelName | undefined {
	const [, provider, model] = /^([^|]+)\|(.+)$/.exec(id) ?? [];
	return provider && model ? { provider: provider.trim(), model: model.trim() } : undefined;
}
