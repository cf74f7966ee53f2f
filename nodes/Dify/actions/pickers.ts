import type { INodeProperties, INodePropertyMode } from 'n8n-workflow';

const ID_PLACEHOLDER = 'e.g. 45701982-8118-4bc5-8e9b-64562b4555f2';

interface Picker extends Pick<INodeProperties, 'displayName' | 'name' | 'description'> {
	/** The method that loads the list. */
	method: string;
	/** What the list is of: "a document". */
	what: string;
	/** An ID as an example. */
	idPlaceholder?: string;
	/** Further ways to name the record. */
	modes?: INodePropertyMode[];
}

/** A record to choose from a list or to name by its ID. */
function picker({ method, what, idPlaceholder, modes = [], ...field }: Picker): INodeProperties {
	return {
		...field,
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		required: true,
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: `Select ${what}...`,
				typeOptions: { searchListMethod: method, searchable: true },
			},
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: idPlaceholder ?? ID_PLACEHOLDER,
			},
			...modes,
		],
	};
}

export const conversationField = picker({
	displayName: 'Conversation',
	name: 'conversationId',
	description: 'The conversation; the list shows those of User',
	method: 'searchConversations',
	what: 'a conversation',
});

export const annotationField = picker({
	displayName: 'Annotation',
	name: 'annotationId',
	description: 'The annotation, a question with its fixed answer',
	method: 'searchAnnotations',
	what: 'an annotation',
});

export const variableField = picker({
	displayName: 'Variable',
	name: 'variableId',
	description: 'The conversation variable',
	method: 'searchVariables',
	what: 'a variable',
	modes: [{ displayName: 'By Name', name: 'name', type: 'string', placeholder: 'e.g. plan' }],
});

export const datasetField = picker({
	displayName: 'Knowledge Base',
	name: 'datasetId',
	description: 'The knowledge base to work on',
	method: 'searchDatasets',
	what: 'a knowledge base',
});

export const documentField = picker({
	displayName: 'Document',
	name: 'documentId',
	description: 'A document of the knowledge base',
	method: 'searchDocuments',
	what: 'a document',
});

export const chunkField = picker({
	displayName: 'Chunk',
	name: 'chunkId',
	description: 'A chunk of the document; the list shows how each one begins',
	method: 'searchChunks',
	what: 'a chunk',
});

export const childChunkField = picker({
	displayName: 'Child Chunk',
	name: 'childChunkId',
	description: 'A part of the chunk; the list shows how each one begins',
	method: 'searchChildChunks',
	what: 'a child chunk',
});

export const tagField = picker({
	displayName: 'Tag',
	name: 'tagId',
	description: 'A tag of knowledge bases, the same for the whole workspace',
	method: 'searchTags',
	what: 'a tag',
	modes: [{ displayName: 'By Name', name: 'name', type: 'string', placeholder: 'e.g. public' }],
});

export const metadataField = picker({
	displayName: 'Metadata Field',
	name: 'metadataId',
	description: 'A field that the documents of the knowledge base can have a value for',
	method: 'searchMetadataFields',
	what: 'a metadata field',
});

export const datasourceField = picker({
	displayName: 'Datasource',
	name: 'nodeId',
	description: 'The node of the pipeline that the documents enter by',
	method: 'searchDatasources',
	what: 'a datasource',
	idPlaceholder: 'e.g. 1752479895761',
});

/** A model, named by its provider and its name in one text. */
export const embeddingModelField = picker({
	displayName: 'Embedding Model',
	name: 'embeddingModel',
	description: 'The model that turns texts into vectors',
	method: 'searchEmbeddingModels',
	what: 'a model',
	idPlaceholder: 'e.g. langgenius/openai/openai|text-embedding-3-small',
});

export const rerankModelField = picker({
	displayName: 'Rerank Model',
	name: 'rerankModel',
	description: 'The model that puts the records found into order',
	method: 'searchRerankModels',
	what: 'a model',
	idPlaceholder: 'e.g. langgenius/cohere/cohere|rerank-v3.5',
});
