import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { path } from '../../../shared/client';
import { ChatflowError } from '../../../shared/errors';
import type { Item } from '../../../shared/item';
import type { Outcome } from '../../../shared/operation';
import { jsonObject } from '../../../shared/operation';
import { asText, pick } from '../../../shared/values';
import {
	hasEnded,
	indexingError,
	isIndexed,
	isPaused,
	isWithoutChunks,
} from '../../knowledge/status';
import { readDocument } from '../../knowledge/documents';
import type { Waited, Waiting } from '../../knowledge/waitForEnd';
import { waitForEnd } from '../../knowledge/waitForEnd';
import {
	DEFAULT_INTERVAL_SECONDS,
	DEFAULT_MAX_WAIT_SECONDS,
	maxWaitMs,
	waitLimits,
} from '../../knowledge/waitLimits';
import { knowledge } from '../../transport/knowledge';
import { withIndexingError } from '../simplify';

export const waitForIndexingOption: INodeProperties = {
	displayName: 'Wait for Indexing',
	name: 'waitForIndexing',
	type: 'boolean',
	default: true,
	description:
		'Whether to wait until the documents of all items are indexed, so that they can be found',
};

/** How the end of the indexing is waited for. */
export const waitOptions: INodeProperties[] = [
	{
		displayName: 'Fail on Indexing Error',
		name: 'failOnIndexingError',
		type: 'boolean',
		default: true,
		description:
			'Whether an item fails whose document Dify could not index. Otherwise the reason is in its indexing_error.',
	},
	{
		displayName: 'Max Wait Time',
		name: 'maxWait',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: DEFAULT_MAX_WAIT_SECONDS,
		description: 'How many seconds to wait for the indexing of all items together',
	},
	{
		displayName: 'Poll Interval',
		name: 'pollInterval',
		type: 'number',
		typeOptions: { minValue: 0.2, numberPrecision: 1 },
		default: DEFAULT_INTERVAL_SECONDS,
		description:
			'How many seconds to wait before the status is checked again. The pauses grow up to five times as long.',
	},
];

/** A document whose indexing is waited for, and what its item says of it so far. */
export interface Indexing {
	item: Item;
	waiting: Waiting;
	record: IDataObject;
}

/** One document, by its ID. */
export function documentWaiting(item: Item, datasetId: string, documentId: string): Waiting {
	return { look: async () => [await readDocument(item, datasetId, documentId)] };
}

/** All documents that were created by one call. */
export function batchWaiting(item: Item, datasetId: string, batch: string): Waiting {
	const call = path`/datasets/${datasetId}/documents/${batch}/indexing-status`;
	return {
		look: async () => {
			const { data } = jsonObject(await knowledge(item).get(call));
			return Array.isArray(data) ? data.map(jsonObject) : [];
		},
	};
}

/**
 * Waits once for the documents of all items; the options of the first item say how long.
 *
 * @returns For each, in order, its items or what it failed with.
 * @throws ChatflowError if Dify cannot be asked, or if the user stops the execution.
 */
export async function waitForIndexing(all: Indexing[]): Promise<Outcome[]> {
	const [first] = all;
	if (!first) return [];
	const { item } = first;
	const waited = await waitForEnd(
		all.map(({ waiting }) => waiting),
		waitLimits(item),
	);
	item.hint(withoutChunksHint(all, waited));
	return all.map((one, at) => outcomeOf(one, waited[at], maxWaitMs(item)));
}

/** What indexing says about a document. */
const RESULT = [
	'id',
	'indexing_status',
	'display_status',
	'error',
	'tokens',
	'segment_count',
	'completed_segments',
	'total_segments',
	'completed_at',
];

function outcomeOf(
	{ item, record }: Indexing,
	waited: Waited | undefined,
	waitedMs: number,
): Outcome {
	const { documents = [], error } = waited ?? {};
	if (error) return gone(record, error);
	const records = documents.map((document) => ({
		...record,
		...withIndexingError(pick(document, RESULT)),
	}));
	const open = waited?.hasEnded ? undefined : records.find((one) => !hasEnded(one));
	if (open ?? !waited?.hasEnded) return notEnded(open ?? record, waitedMs);
	const failed = records.find((one) => !isIndexed(one));
	if (failed && item.options.failOnIndexingError !== false) return notIndexed(failed);
	return records.map((json) => ({ json }));
}

/** A document as messages name it. */
function titleOf({ name, id }: IDataObject): string {
	return `"${asText(name) ?? asText(id) ?? 'the document'}"`;
}

/** The error of a document that was not indexed. */
export function notIndexed(record: IDataObject): ChatflowError {
	if (isPaused(record)) {
		return new ChatflowError({
			message: `The indexing of ${titleOf(record)} is paused`,
			description: 'Someone has paused it. Resume it in Dify, in the list of documents',
			details: record,
		});
	}
	const reason = indexingError(record);
	return new ChatflowError({
		message: reason
			? `Dify could not index ${titleOf(record)}: ${reason}`
			: `Dify could not index ${titleOf(record)} and gave no reason`,
		description:
			'Check the document, the chunk settings, and the embedding model of the knowledge base in Dify. Then send the document again',
		details: record,
	});
}

function notEnded(record: IDataObject, waitedMs: number): ChatflowError {
	return new ChatflowError({
		message: `Dify had not indexed ${titleOf(record)} after ${Math.round(waitedMs / 1000)} seconds`,
		description:
			'It goes on in Dify. Check it later with Document > Wait for Indexing, or raise Max Wait Time. If nothing moves, check that the worker of the Dify server is running',
		details: record,
		failure: { cause: 'temporarily-unavailable' },
	});
}

function gone(record: IDataObject, { info }: ChatflowError): ChatflowError {
	return new ChatflowError({
		...info,
		message: `There is no document ${titleOf(record)} to wait for`,
		description: 'Check the IDs. The document may have been deleted in the meantime',
		details: { ...info.details, ...record },
	});
}

/** How many documents a hint names. */
const MAX_NAMED = 5;

function withoutChunksHint(all: Indexing[], waited: Waited[]): string[] {
	const empty = waited.flatMap(({ documents }, at) =>
		documents
			.filter(isWithoutChunks)
			.map((document) => titleOf({ ...document, ...all[at]?.record })),
	);
	if (empty.length === 0) return [];
	const more = empty.length > MAX_NAMED ? ` and ${empty.length - MAX_NAMED} more` : '';
	return [
		`Indexed without chunks, so nothing of it can be found: ${empty.slice(0, MAX_NAMED).join(', ')}${more}. Scans without a text layer and chunk settings that do not suit the knowledge base do this.`,
	];
}
