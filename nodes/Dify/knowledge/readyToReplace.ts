import type { IDataObject } from 'n8n-workflow';

import { ChatflowError, invalidValue } from '../../shared/errors';
import type { Item } from '../../shared/item';
import { enableDocument, readDocument } from './documents';
import { hasEnded } from './status';
import { waitForEnd } from './waitForEnd';
import { waitLimits } from './waitLimits';

/**
 * Brings a document into a state in which a new content replaces all of it: enabled, or Dify would make
 * a second document, and indexed to its end, or the chunks of both contents would stay (SERVER.md,
 * "Knowledge: documents").
 *
 * @throws ChatflowError if it cannot be replaced, or is not indexed in time.
 */
export async function readyToReplace(
	item: Item,
	datasetId: string,
	document: IDataObject,
): Promise<void> {
	const name = String(document.name);
	if (document.archived === true) throw archived(name);
	if (!hasEnded(document)) await waitForFormer(item, datasetId, document);
	if (document.enabled === false) await enableDocument(item, datasetId, document);
}

async function waitForFormer(item: Item, datasetId: string, document: IDataObject): Promise<void> {
	const look = async () => [await readDocument(item, datasetId, String(document.id))];
	const [waited] = await waitForEnd([{ look }], waitLimits(item));
	if (waited?.hasEnded) return;
	throw new ChatflowError({
		message: `The former content of "${String(document.name)}" is still being indexed`,
		description:
			'The document was not replaced: Dify would mix the chunks of both contents. Try again later, or raise Max Wait Time. If nothing moves, check that the worker of the Dify server is running',
		failure: { cause: 'temporarily-unavailable' },
	});
}

/** It would be replaced, and stay archived. */
export function archived(name: string): ChatflowError {
	return invalidValue(
		`The document "${name}" is archived`,
		'Unarchive it with Document > Set Status, or send the document under another name',
	);
}
