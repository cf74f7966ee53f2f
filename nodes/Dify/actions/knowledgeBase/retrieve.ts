import type { IDataObject, INodeExecutionData, INodeProperties } from 'n8n-workflow';

import { path } from '../../../shared/client';
import type { Item } from '../../../shared/item';
import type { Operation } from '../../../shared/operation';
import { json, jsonList } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { isToolRun } from '../../../shared/tool';
import { asObject, defined, objectsIn } from '../../../shared/values';
import { knowledge } from '../../transport/knowledge';
import { readBase } from '../../transport/knowledgeBase';
import { datasetField } from '../pickers';
import { withIndexingError } from '../simplify';
import { metadataFilter, metadataFilterOptions } from './metadataFilter';
import { retrievalOptions } from './retrievalFields';
import { retrievalModel, retrievalOverrides } from './retrievalModel';

/** Dify takes no longer query. */
const MAX_QUERY_CHARACTERS = 250;

const NOTHING_FOUND = 'Nothing in the knowledge base fits this query';

const queryField: INodeProperties = {
	displayName: 'Query',
	name: 'query',
	type: 'string',
	typeOptions: { rows: 2 },
	default: '',
	placeholder: 'e.g. How many days of leave do I have?',
	description: 'What to look for; Dify reads the first 250 characters',
	required: true,
};

const singleItemOption: INodeProperties = {
	displayName: 'Single Item',
	name: 'singleItem',
	type: 'boolean',
	default: true,
	description: 'Whether to return one item with all records instead of one item per record',
};

/** POST /datasets/{dataset_id}/retrieve. */
export const retrieve: Operation = {
	name: 'Retrieve',
	action: 'Retrieve from knowledge base',
	description: 'Search a knowledge base and get the chunks that fit the query best',
	fields: [
		datasetField,
		queryField,
		optionsField(...metadataFilterOptions, ...retrievalOptions, singleItemOption),
	],
	execute: async (item) => {
		const datasetId = item.id('datasetId');
		const query = queryOf(item);
		const response = asObject(
			await knowledge(item).request({
				method: 'POST',
				path: path`/datasets/${datasetId}/retrieve`,
				body: defined({ query, retrieval_model: await modelFor(item, datasetId) }),
				isRead: true,
			}),
		);
		return output(item, query, objectsIn(response.records).map(flat));
	},
	toolFields: ['content', 'answer', 'summary', 'document_name', 'score', 'records', 'message'],
};

function queryOf(item: Item): string {
	const query = item.text('query');
	const characters = [...query];
	if (characters.length <= MAX_QUERY_CHARACTERS) return query;
	item.hint([
		`The query was cut: Dify reads ${MAX_QUERY_CHARACTERS} characters, and it had ${characters.length}.`,
	]);
	return characters.slice(0, MAX_QUERY_CHARACTERS).join('');
}

/**
 * What to search with, if it is not what is saved with the knowledge base. An economy base finds by
 * keywords only, also when its saved model says otherwise.
 */
async function modelFor(item: Item, datasetId: string): Promise<IDataObject | undefined> {
	const base = await item.once(`base ${datasetId}`, async () => await readBase(item, datasetId));
	const filter = metadataFilter(item);
	const overrides: IDataObject = {
		...retrievalOverrides(item),
		...(filter && { metadata_filtering_conditions: filter }),
		...(base.indexing_technique === 'economy' && { search_method: 'keyword_search' }),
	};
	return Object.keys(overrides).length > 0 ? retrievalModel(base, overrides) : undefined;
}

/** A record with the text of its chunk at the top. */
function flat({ segment, ...found }: IDataObject): IDataObject {
	const chunk = asObject(segment);
	const { name } = asObject(chunk.document);
	return { ...withIndexingError(chunk), document_name: name ?? null, ...found };
}

/** An agent whose tool returns no item is told nothing at all. */
function output(item: Item, query: string, records: IDataObject[]): INodeExecutionData[] {
	if (records.length === 0 && isToolRun(item.context)) return json({ message: NOTHING_FOUND });
	return item.options.singleItem === true ? json({ query, records }) : jsonList(records);
}
