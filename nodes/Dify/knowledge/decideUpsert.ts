import type { IDataObject } from 'n8n-workflow';

/** What to do if there is a document of the same name. */
export type IfNameExists = 'replace' | 'skip' | 'fail' | 'keepBoth';

export type UpsertDecision =
	{ action: 'created' | 'failed' } | { action: 'replaced' | 'skipped'; document: IDataObject };

/**
 * Decides what becomes of a content whose name some documents may have.
 *
 * @param twins The documents with its name that were made of files or texts; the others do not count.
 * @param isUnchanged Whether a document has this content already; never asked if that does not matter.
 */
export function decideUpsert(
	twins: IDataObject[],
	ifNameExists: IfNameExists,
	isUnchanged: (document: IDataObject) => boolean = () => false,
): UpsertDecision {
	const unchanged = ifNameExists === 'replace' ? twins.find(isUnchanged) : undefined;
	if (unchanged) return { action: 'skipped', document: unchanged };
	const [first] = twins;
	if (!first || ifNameExists === 'keepBoth') return { action: 'created' };
	if (ifNameExists === 'skip') return { action: 'skipped', document: first };
	if (ifNameExists === 'fail') return { action: 'failed' };
	// Dify replaces an enabled one, whatever else there is.
	const enabled = twins.find((document) => document.enabled !== false);
	return { action: 'replaced', document: enabled ?? first };
}
