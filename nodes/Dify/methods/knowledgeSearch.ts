import type {
	IDataObject,
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';

import type { Caller } from '../../shared/client';
import { path } from '../../shared/client';
import { asText, defined } from '../../shared/values';
import { knowledgeService } from '../transport/knowledge';
import { LIST_RULES } from '../transport/lists';
import { modelId } from '../transport/models';
import { readModels } from '../transport/models';
import { readTags } from '../transport/tags';
import { readDatasources, readMetadataFields } from '../transport/wholeLists';
import { parameter, search, searchWhole } from './search';

/** The method behind a picker. */
type Method = (
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
) => Promise<INodeListSearchResult>;

type ToItem = (record: IDataObject) => INodeListSearchItems;

/** A picker of a paged list, which Dify searches. */
function paged(
	pathOf: (context: ILoadOptionsFunctions) => string,
	toItem: ToItem,
	query: IDataObject = {},
): Method {
	return async function (filter, paginationToken) {
		return await search(this, {
			service: knowledgeService,
			list: () => ({
				path: pathOf(this),
				rule: LIST_RULES.datasets,
				query: defined({ ...query, keyword: filter || undefined }),
			}),
			paginationToken,
			toItem,
		});
	};
}

/** A picker of a list without pages, which is searched here. */
function whole(
	read: (caller: Caller, context: ILoadOptionsFunctions) => Promise<IDataObject[]>,
	toItem: ToItem,
): Method {
	return async function (filter) {
		return await searchWhole(this, {
			service: knowledgeService,
			read: async (caller) => await read(caller, this),
			filter,
			toItem,
		});
	};
}

/** The knowledge bases of the workspace, the newest first. */
export const searchDatasets = paged(() => '/datasets', byName, { include_all: 'true' });

/** The documents of the picked knowledge base, the newest first. */
export const searchDocuments = paged(
	(context) => path`/datasets/${datasetOf(context)}/documents`,
	byName,
);

/** The chunks of the picked document, in their order. */
export const searchChunks = paged(segmentsOf, byContent);

/** The child chunks of the picked chunk, in their order. */
export const searchChildChunks = paged(
	(context) => segmentsOf(context) + path`/${parameter(context, 'chunkId', 'Chunk')}/child_chunks`,
	byContent,
);

/** The tags of the workspace. */
export const searchTags = whole(async (caller) => (await readTags(caller)).tags, byName);

/** The metadata fields of the picked knowledge base. */
export const searchMetadataFields = whole(
	async (caller, context) => await readMetadataFields(caller, datasetOf(context)),
	({ id, name, type }) => ({ name: `${String(name)} (${String(type)})`, value: String(id) }),
);

/** The data sources of the pipeline of the picked knowledge base. */
export const searchDatasources = whole(
	async (caller, context) => await readDatasources(caller, datasetOf(context)),
	({ node_id, title, datasource_type }) => ({
		name: `${asText(title) ?? String(node_id)} (${String(datasource_type)})`,
		value: String(node_id),
	}),
);

export const searchEmbeddingModels = models('text-embedding');

export const searchRerankModels = models('rerank');

function models(type: string): Method {
	return whole(
		async (caller) => await readModels(caller, type),
		(model) => ({
			name: `${String(model.model)} (${String(model.provider)})`,
			value: modelId(model),
		}),
	);
}

function datasetOf(context: ILoadOptionsFunctions): string {
	return parameter(context, 'datasetId', 'Knowledge Base');
}

function segmentsOf(context: ILoadOptionsFunctions): string {
	const documentId = parameter(context, 'documentId', 'Document');
	return path`/datasets/${datasetOf(context)}/documents/${documentId}/segments`;
}

function byName({ id, name }: IDataObject): INodeListSearchItems {
	return { name: asText(name) ?? String(id), value: String(id) };
}

const MAX_LABEL_CHARACTERS = 60;

function byContent({ id, content }: IDataObject): INodeListSearchItems {
	const label = asText(content)?.slice(0, MAX_LABEL_CHARACTERS);
	return { name: label ?? String(id), value: String(id) };
}
