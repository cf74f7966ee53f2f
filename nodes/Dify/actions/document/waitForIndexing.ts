import type { INodeProperties } from 'n8n-workflow';

import type { Begun, Operation, Outcome } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { datasetField } from '../pickers';
import { documentIds, documentIdsField } from './fields';
import type { Indexing } from './waiting';
import {
	batchWaiting,
	documentWaiting,
	waitForIndexing as waitForAll,
	waitOptions,
} from './waiting';

const waitForField: INodeProperties = {
	displayName: 'Wait For',
	name: 'waitFor',
	type: 'options',
	options: [
		{ name: 'Batch', value: 'batch', description: 'All documents of a batch' },
		{ name: 'Documents', value: 'documents', description: 'Documents by their IDs' },
	],
	default: 'documents',
	description: 'What names the documents',
};

const batchField: INodeProperties = {
	displayName: 'Batch',
	name: 'batch',
	type: 'string',
	default: '',
	placeholder: 'e.g. 20261121190154723817',
	description: 'The batch that Create or Update or a pipeline returned',
	required: true,
	displayOptions: { show: { waitFor: ['batch'] } },
};

/** Asks for the documents, or with GET …/documents/{batch}/indexing-status, until they are indexed. */
export const waitForIndexing: Operation = {
	name: 'Wait for Indexing',
	action: 'Wait for indexing of documents',
	description: 'Wait until documents are indexed, so that they can be found',
	fields: [
		datasetField,
		waitForField,
		{ ...documentIdsField, displayOptions: { show: { waitFor: ['documents'] } } },
		batchField,
		optionsField(...waitOptions),
	],
	execute: async (item) => {
		const datasetId = item.id('datasetId');
		if (item.value('waitFor') === 'batch') {
			return [{ json: { batch: item.id('batch'), dataset_id: datasetId } }];
		}
		return documentIds(item).map((id) => ({ json: { id, dataset_id: datasetId } }));
	},
	finish: async (begun) => {
		const all = begun.flatMap(indexingsOf);
		const outcomes = await waitForAll(all);
		return begun.map(({ item, outcome }): Outcome => {
			if (outcome instanceof Error) return outcome;
			const own = outcomes.filter((_, at) => all[at]?.item === item);
			const failed = own.find((one) => one instanceof Error);
			return failed ?? own.flatMap((one) => (one instanceof Error ? [] : one));
		});
	},
};

function indexingsOf({ item, outcome }: Begun): Indexing[] {
	if (outcome instanceof Error) return [];
	return outcome.map(({ json: { dataset_id: datasetId, ...record } }) => {
		const { id, batch } = record;
		const waiting =
			id === undefined
				? batchWaiting(item, String(datasetId), String(batch))
				: documentWaiting(item, String(datasetId), String(id));
		return { item, waiting, record };
	});
}
