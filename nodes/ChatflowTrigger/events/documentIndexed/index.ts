import type { IDataObject, INodeProperties, IPollFunctions } from 'n8n-workflow';

import { datasetField } from '../../../Dify/actions/pickers';
import { withIndexingError } from '../../../Dify/actions/simplify';
import { isIndexed } from '../../../Dify/knowledge/status';
import { knowledge } from '../../../Dify/transport/knowledge';
import { path } from '../../../shared/client';
import { invalidValue } from '../../../shared/errors';
import { asObject, isObject, trimmed } from '../../../shared/values';
import type { PollCaller } from '../../pollCaller';
import { PAGE_SIZE, recordsOf } from '../../records';
import { startFromField } from '../../start';
import type { TriggerEvent } from '../event';
import { SAMPLE_SIZE } from '../event';
import { maxEvents, optionsField, toEvent } from '../options';
import type { DocumentCursor, Seen } from './cursor';
import { advance, cursorOf, endOf, isDocumentCursor, newlyEnded } from './cursor';

/** The newest ones; keeps the memory of the trigger small, and its polls short. */
const MAX_DOCUMENTS = 5_000;

const fields: INodeProperties[] = [
	{
		displayName:
			'Starts the workflow when the indexing of a document has succeeded, has failed or was paused, and again when it gets a new content. Watches the newest 5,000 documents.',
		name: 'documentNotice',
		type: 'notice',
		default: '',
	},
	datasetField,
	{
		displayName: 'Emit On',
		name: 'emitOn',
		type: 'options',
		options: [
			{ name: 'Any End', value: 'any', description: 'Success, error and pause' },
			{ name: 'Error', value: 'error', description: 'Documents that were not indexed' },
			{ name: 'Success', value: 'completed', description: 'Documents that can be found' },
		],
		default: 'any',
		description: 'Which ends of an indexing start the workflow',
	},
	startFromField('the knowledge base', [
		{ name: 'All', value: 'all', description: 'Existing documents, oldest first, then new ones' },
		{ name: 'Now', value: 'now', description: 'Documents that are indexed from now on' },
	]),
	optionsField(),
];

/** Documents of a knowledge base whose indexing has ended: GET /datasets/{dataset_id}/documents. */
export const documentIndexed: TriggerEvent<DocumentCursor> = {
	fields,
	credential: 'difyKnowledgeApi',
	scope: (context) => ({ datasetId: datasetOf(context) }),
	isCursor: isDocumentCursor,

	begin: async (poll, start) =>
		start === 'now' ? cursorOf(await readDocuments(poll)) : { reported: '' },

	collect: async (poll, cursor) => {
		const seen = await readDocuments(poll);
		const ended = newlyEnded(cursor, seen, maxEvents(poll.context));
		const wanted = ended.filter((document) => isWanted(poll.context, document));
		const items = wanted.map((document) => toItem(poll, document));
		return { items, cursor: advance(cursor, seen, ended) };
	},

	sample: async (poll) => {
		const { documents } = await readDocuments(poll, PAGE_SIZE);
		const ended = documents.filter((document) => endOf(document) !== '');
		const recent = ended.slice(0, SAMPLE_SIZE).reverse();
		return recent.map((document) => toItem(poll, document));
	},
};

/** @throws ChatflowError if it is empty. */
function datasetOf(context: IPollFunctions): string {
	const given: unknown = context.getNodeParameter('datasetId', '');
	const id = trimmed(isObject(given) ? given.value : given);
	if (id !== undefined) return id;
	throw invalidValue('Knowledge Base is empty', 'Choose the knowledge base to watch');
}

/** Its documents as far as the limits of a poll go. A list that changes while it is read is no whole. */
async function readDocuments(poll: PollCaller, most = MAX_DOCUMENTS): Promise<Seen> {
	const call = path`/datasets/${datasetOf(poll.context)}/documents`;
	const documents = new Map<string, IDataObject>();
	for (let page = 1; ; page++) {
		const response = await knowledge(poll).get(call, { page, limit: PAGE_SIZE });
		const records = recordsOf(response);
		const before = documents.size;
		for (const record of records) documents.set(String(record.id), record);
		const { total } = asObject(response);
		const isLast = records.length < PAGE_SIZE || documents.size === total;
		if (isLast || documents.size === before || documents.size >= most || poll.isOver) {
			return { documents: [...documents.values()], isWhole: documents.size === total };
		}
	}
}

function isWanted(context: IPollFunctions, document: IDataObject): boolean {
	const emitOn = context.getNodeParameter('emitOn', 'any');
	return emitOn === 'any' || (emitOn === 'completed') === isIndexed(document);
}

/** What Simplify leaves of a document. */
const SIMPLE = ['id', 'name', 'indexing_status', 'indexing_error', 'word_count', 'created_at'];

function toItem({ context }: PollCaller, document: IDataObject): IDataObject {
	return toEvent(context, endOf(document), withIndexingError(document), SIMPLE);
}
