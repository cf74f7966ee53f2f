import type { RequestContext } from '../../context';
import { DifyError, invalidParam } from '../../errors';
import { Fields, isDict } from '../../knowledge/check';
import { startIndexing } from '../../knowledge/indexing';
import type { Datasource, KnowledgeDocument, KnowledgeFile } from '../../knowledge/records';
import { automaticRule, blankDocument, newBatch } from '../../knowledge/saving';
import { onlyFile, storeAny, textOf } from '../../knowledge/uploads';
import type { Router } from '../../router';
import { isoTime, OWNER } from '../../state';
import type { Dict } from '../../types';
import type { VersionTraits } from '../../versions';

/** Any file of the workspace, tied to no base. */
async function upload(context: RequestContext): Promise<void> {
	const { files } = await context.form();
	const part = onlyFile(files, true);
	if (!part) return;
	const file = storeAny(context, part);
	context.core.state.knowledge.count('pipeline.upload');
	if (context.core.traits.pipelineUploadFails) {
		throw new DifyError(500, 'unknown', 'Internal Server Error');
	}
	context.send(201, {
		id: file.id,
		name: file.name,
		size: file.size,
		extension: file.extension,
		mime_type: file.mimeType,
		created_by: OWNER.id,
		created_at: isoTime(file.createdAt, false),
	});
}

function datasourcesOf(context: RequestContext): Datasource[] {
	const { pipeline } = context.base;
	if (!pipeline) throw invalidParam('Pipeline not found');
	return pipeline.datasources;
}

/** Any text of `is_published` means true, also "false"; only an empty one is the draft. */
function plugins(context: RequestContext): void {
	const sources = datasourcesOf(context);
	const published = context.query('is_published') !== '';
	if (published && !context.base.pipeline?.published) {
		throw invalidParam('Pipeline or workflow not found');
	}
	context.send(
		200,
		sources.map((source) => ({
			node_id: source.nodeId,
			plugin_id: source.pluginId,
			provider_name: source.providerName,
			datasource_type: source.type,
			title: source.title,
			user_input_variables: source.variables,
			credentials: source.credentials,
		})),
	);
}

function* eventsOf(source: Datasource | undefined): Generator<Dict> {
	if (!source) {
		yield { event: 'datasource_error', error: 'Datasource node data not found' };
	} else if (source.error || source.type === 'local_file') {
		const error = source.error ?? `Unsupported datasource provider: ${source.type}`;
		yield { event: 'datasource_error', error };
	} else {
		const total = source.items.length;
		yield { event: 'datasource_processing', total, completed: 0 };
		yield {
			event: 'datasource_completed',
			data: source.items,
			total,
			completed: total,
			time_consuming: 0.01,
		};
	}
}

/** A stream whose failures are events, too. */
function browse(context: RequestContext): void {
	const fields = new Fields('DatasourceNodeRunPayload', context.json());
	fields.dict('inputs', { required: true });
	fields.text('datasource_type', { required: true });
	fields.flag('is_published', { required: true });
	fields.done();
	const sources = datasourcesOf(context);
	const source = sources.find((entry) => entry.nodeId === context.param('node_id'));
	const { response } = context;
	response.writeHead(200, { 'Content-Type': 'text/event-stream' });
	for (const event of eventsOf(source)) response.write(`data: ${JSON.stringify(event)}\n\n`);
	response.end();
}

function pipelineError(message: string): DifyError {
	return new DifyError(500, 'pipeline_run_error', message);
}

/** Before 1.14 a file is named by `related_id`; later by `reference`, or by that. */
function referenceOf(context: RequestContext, item: Dict): KnowledgeFile {
	const newer = context.core.traits.documentPatch;
	const id = String((newer ? item.reference : undefined) ?? item.related_id ?? '');
	const file = context.core.state.knowledge.files.get(id);
	if (!file) throw pipelineError(newer ? `Invalid upload file id format: ${id}` : 'File not found');
	return file;
}

function addDocument(
	context: RequestContext,
	batch: string,
	type: string,
	item: Dict,
): KnowledgeDocument {
	const { base, core } = context;
	const { knowledge } = core.state;
	const file = type === 'local_file' ? referenceOf(context, item) : undefined;
	const page = isDict(item.page) ? item.page : {};
	const name = file?.name ?? String(item.title ?? item.name ?? page.page_name ?? 'Untitled');
	const document = blankDocument(base, knowledge.nextSequence(), name, automaticRule());
	Object.assign(document, {
		batch,
		createdFrom: 'rag-pipeline',
		dataSourceType: type as KnowledgeDocument['dataSourceType'],
		dataSourceInfo: { ...item, real_file_id: file?.id ?? null },
		fileId: file?.id ?? null,
	});
	startIndexing(document, file ? textOf(file) : String(item.content ?? name));
	base.documents.set(document.id, document);
	return document;
}

/** The documents are there already when this fails, and wait for ever. */
function requireInputs(
	source: Datasource | undefined,
	inputs: Dict,
	documents: KnowledgeDocument[],
): void {
	const missing = source?.variables.find(
		({ required, variable }) => required === true && !(String(variable) in inputs),
	);
	if (!missing) return;
	for (const document of documents) startIndexing(document, document.text, { end: 'stuck' });
	throw pipelineError(`${String(missing.variable)} is required in input form`);
}

function ticketEntry(document: KnowledgeDocument): Dict {
	return {
		id: document.id,
		position: document.position,
		data_source_type: document.dataSourceType,
		data_source_info: document.dataSourceInfo,
		name: document.name,
		indexing_status: document.status,
		error: null,
		enabled: true,
	};
}

/** A published pipeline answers with a ticket at once, in both response modes; it only adds. */
function run(context: RequestContext): void {
	const { base } = context;
	const fields = new Fields('PipelineRunApiEntity', context.json());
	const inputs = fields.dict('inputs', { required: true }) ?? {};
	const type = fields.text('datasource_type', { required: true }) ?? '';
	const items = (fields.list('datasource_info_list', { required: true }) ?? []).filter(isDict);
	const start = fields.text('start_node_id', { required: true });
	fields.flag('is_published', { required: true });
	fields.text('response_mode', { required: true });
	fields.done();
	// A start node that does not exist is accepted.
	const source = datasourcesOf(context).find((entry) => entry.nodeId === start);
	const batch = newBatch();
	const documents = items.map((item) => addDocument(context, batch, type, item));
	context.core.state.knowledge.count('pipeline.run');
	requireInputs(source, inputs, documents);
	context.send(200, {
		batch,
		dataset: {
			id: base.id,
			name: base.name,
			description: base.description,
			chunk_structure: 'text_model',
		},
		documents: documents.map(ticketEntry),
	});
}

export function addPipelineRoutes(router: Router): void {
	const base = '/v1/datasets/{dataset_id:uuid}/pipeline';
	const since = { key: 'dataset', available: (traits: VersionTraits) => traits.pipelines } as const;
	router
		.add({
			...since,
			method: 'POST',
			pattern: '/v1/datasets/pipeline/file-upload',
			handler: upload,
		})
		.add({ ...since, method: 'GET', pattern: `${base}/datasource-plugins`, handler: plugins })
		.add({
			...since,
			method: 'POST',
			pattern: `${base}/datasource/nodes/{node_id}/run`,
			handler: browse,
		})
		.add({ ...since, method: 'POST', pattern: `${base}/run`, handler: run });
}
