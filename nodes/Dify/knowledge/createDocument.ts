import type { IDataObject } from 'n8n-workflow';

import { ChatflowError } from '../../shared/errors';
import type { Item } from '../../shared/item';
import { jsonObject } from '../../shared/operation';
import { maybeDelivered } from '../../shared/retry';
import { asObject, asText, isObject } from '../../shared/values';
import { wait } from '../../shared/wait';
import { knowledge } from '../transport/knowledge';
import type { Content } from './content';
import { FILE_LIMITS } from './content';
import { documentsNamed } from './documents';

/** Where a document is to be made, and what is there. */
export interface Target {
	datasetId: string;
	settings: IDataObject;
	/** The documents of the same name that there were before. */
	before: IDataObject[];
	/** Whether a document of the same name is replaced. */
	replaces: boolean;
}

/** Pauses before each look for a document whose call was lost: the server may still be at it. */
const LOOKS_MS = [500, 2_000];

/**
 * Makes a document, or gives the one of the same name a new content. If the answer is lost, the list
 * tells whether the document arrived. If not, it is sent once more only where that replaces what the
 * first call may still make: two documents never come of it.
 *
 * @returns The document as Dify describes it, with its `batch` if the answer came.
 * @throws ChatflowError if Dify refuses it, or if nothing is known about it.
 */
export async function createDocument(
	item: Item,
	content: Content,
	target: Target,
): Promise<IDataObject> {
	for (let attempts = 1; ; attempts++) {
		const { document, error, isMissing } = await attempt(item, content, target);
		if (document) return document;
		const mayRepeat = attempts === 1 && isMissing && target.replaces && isLost(error);
		if (!mayRepeat) throw mayExist(error, content);
	}
}

/** What is known after an attempt whose call may have been lost. */
type Attempt =
	| { document: IDataObject; error?: undefined; isMissing?: undefined }
	/** `isMissing`: the list was asked, and the document is not there yet. */
	| { document?: undefined; error: ChatflowError; isMissing: boolean };

/** @throws ChatflowError if Dify refuses the document. */
async function attempt(item: Item, content: Content, target: Target): Promise<Attempt> {
	try {
		const call = content.call(target.datasetId, target.settings);
		const { document, batch } = jsonObject(await knowledge(item).request(call));
		return { document: { ...asObject(document), batch: asText(batch) } };
	} catch (error) {
		if (!(error instanceof ChatflowError)) return await Promise.reject(error);
		if (!mayHaveArrived(error)) return await Promise.reject(named(error, content));
		const found = await findArrived(item, content, target);
		return isObject(found) ? { document: found } : { error, isMissing: found === 'missing' };
	}
}

function mayHaveArrived(error: ChatflowError): boolean {
	return maybeDelivered(error) || (error.attempt.status ?? 0) >= 500;
}

/** Whether the connection or a proxy failed; after a time-out the user said how long to wait. */
function isLost({ attempt: { network, status } }: ChatflowError): boolean {
	return /^(ECONNRESET|EPIPE|UNKNOWN)$/.test(network ?? '') || status === 502 || status === 503;
}

/** The document that a call has made although its answer was lost; each content has another file. */
async function findArrived(
	item: Item,
	{ name }: Content,
	{ datasetId, before }: Target,
): Promise<IDataObject | 'missing' | 'unknown'> {
	const known = new Set(before.map(fileIdOf));
	for (const pauseMs of LOOKS_MS) {
		if (!(await wait(pauseMs, item.signal))) return 'unknown';
		try {
			const documents = await documentsNamed(item, datasetId, name);
			const arrived = documents.find((document) => !known.has(fileIdOf(document)));
			if (arrived) return arrived;
		} catch {
			// The failure of the call itself says more.
			return 'unknown';
		}
	}
	return 'missing';
}

/** The file that the content of a document lies in; a new content lies in a new one. */
export function fileIdOf(document: IDataObject): string | undefined {
	return asText(asObject(document.data_source_info).upload_file_id);
}

function mayExist(error: ChatflowError, { name }: Content): ChatflowError {
	const { info } = error;
	const description = `It is not known whether Dify got "${name}". Look at the list of documents, or run this again with If Name Exists set to Replace: that makes no second document`;
	return new ChatflowError({ ...info, description }, error.attempt);
}

/** Dify refuses types and sizes without a word. */
function named(error: ChatflowError, { name, isFile }: Content): ChatflowError {
	const { info, attempt: failed } = error;
	const isSilent = failed.status === 413 || failed.status === 415 || info.details?.message === '';
	if (!isFile || !isSilent || (failed.status ?? 0) >= 500) return error;
	return new ChatflowError(
		{
			...info,
			message: `Dify does not take the file "${name}", probably because of its type or size`,
			description: FILE_LIMITS,
			details: { ...info.details, name },
		},
		failed,
	);
}
