import type { IDataObject } from 'n8n-workflow';

import { asText } from '../../shared/values';
import { isUnchanged } from './contentHash';
import { isReplaceable } from './documents';
import { metadataOf } from './metadata';

/** The metadata field that says which sync a document belongs to. */
export const SOURCE_FIELD = 'n8n_source';

/** A content that the knowledge base is to have. */
export interface SyncInput {
	name: string;
	/** The SHA-256 of its bytes. */
	hash: string;
}

/** What is to be done about an input; `input` is its place among the inputs. */
export type InputAction =
	| { action: 'created'; input: number }
	| { action: 'replaced'; input: number; document: IDataObject }
	| { action: 'skipped'; input: number; document: IDataObject }
	| { action: 'failed'; input: number; document: IDataObject; reason: 'archived' | 'foreign' };

export interface DeleteAction {
	action: 'deleted';
	document: IDataObject;
}

export interface SyncPlan {
	/** One for each input, in order. */
	inputs: InputAction[];
	deletes: DeleteAction[];
}

export interface SyncRules {
	/** What marks the documents of this sync, in {@link SOURCE_FIELD}. */
	key: string;
	hashField: string;
	deletesMissing: boolean;
}

/** Names that several inputs have: Dify tells documents apart by them. */
export function sharedNames(inputs: Array<{ name: string }>): string[] {
	const seen = new Set<string>();
	const shared = new Set<string>();
	for (const { name } of inputs) (seen.has(name) ? shared : seen).add(name);
	return [...shared];
}

/**
 * Decides what makes a knowledge base equal to the inputs, with as few writes as possible. Documents
 * of this sync bear its key; those without any key are taken over when an input has their name, those
 * of another sync never. Only documents of this sync are deleted.
 *
 * @param inputs Each with a name of its own.
 * @param documents All of the knowledge base.
 */
export function planSync(
	inputs: SyncInput[],
	documents: IDataObject[],
	{ key, hashField, deletesMissing }: SyncRules,
): SyncPlan {
	const byName = new Map<string, IDataObject[]>();
	for (const document of documents.filter(isReplaceable)) {
		const name = String(document.name);
		byName.set(name, [...(byName.get(name) ?? []), document]);
	}
	const planned = inputs.map((input, at) =>
		planInput(at, input, byName.get(input.name) ?? [], { key, hashField }),
	);
	const kept = new Set(planned.map((one) => (one.action === 'created' ? '' : one.document.id)));
	// Dify deletes no archived one: somebody has put it by.
	const missing = documents.filter(
		(document) =>
			sourceOf(document) === key && !kept.has(document.id) && document.archived !== true,
	);
	return {
		inputs: planned,
		deletes: deletesMissing ? missing.map((document) => ({ action: 'deleted', document })) : [],
	};
}

function planInput(
	input: number,
	{ hash }: SyncInput,
	twins: IDataObject[],
	{ key, hashField }: Pick<SyncRules, 'key' | 'hashField'>,
): InputAction {
	const own = twins.filter((document) => sourceOf(document) === key);
	const free = twins.filter((document) => sourceOf(document) === undefined);
	const usable = [...own, ...free];
	const unchanged = usable.find((document) => isUnchanged(document, hash, hashField));
	if (unchanged) return { action: 'skipped', input, document: unchanged };
	const foreign = twins.find(
		(document) => !usable.includes(document) && document.enabled !== false,
	);
	if (foreign) return { action: 'failed', input, document: foreign, reason: 'foreign' };
	// Dify replaces an enabled one, whatever else there is.
	const document = usable.find(({ enabled }) => enabled !== false) ?? usable[0];
	if (!document) return { action: 'created', input };
	if (document.archived === true) return { action: 'failed', input, document, reason: 'archived' };
	return { action: 'replaced', input, document };
}

/** The sync that a document belongs to, if it belongs to one. */
export function sourceOf(document: IDataObject): string | undefined {
	return asText(metadataOf(document).get(SOURCE_FIELD));
}
