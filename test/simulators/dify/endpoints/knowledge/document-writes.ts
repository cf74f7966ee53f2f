import type { RequestContext } from '../../context';
import { DifyError, invalidParam } from '../../errors';
import { documentOf, sendDeleted } from '../../knowledge/access';
import { Fields, isDict } from '../../knowledge/check';
import { displayStatus } from '../../knowledge/indexing';
import type { KnowledgeDocument } from '../../knowledge/records';
import {
	checkModels,
	readConfig,
	readShared,
	replaceDocument,
	saveDocument,
} from '../../knowledge/saving';
import { docFormOf, documentView } from '../../knowledge/views';
import { onlyFile, storeFile, storeText } from '../../knowledge/uploads';
import type { Router } from '../../router';
import type { Dict } from '../../types';

function answer(context: RequestContext, document: KnowledgeDocument): void {
	const { base, core } = context;
	context.send(200, { document: documentView(core, base, document), batch: document.batch });
}

/** Fields that stand in the body as text; read before anything else. */
function readText(body: Dict, model: string, required: boolean): { name?: string; text?: string } {
	const fields = new Fields(model, body);
	const name = fields.text('name', { required });
	const text = fields.text('text', { required });
	if (!required && text !== undefined && name === undefined) {
		fields.problem('', 'Value error, name is required when text is provided', 'value_error', body);
	}
	readShared(fields);
	fields.done();
	return { name, text };
}

/** The technique must be in the body, even where the base has one. */
function createByText(context: RequestContext): void {
	const body = context.json();
	const { name = '', text = '' } = readText(body, 'DocumentTextCreatePayload', true);
	if (!context.base.indexingTechnique && !body.indexing_technique) {
		throw context.core.traits.strictRetrievalModel
			? invalidParam('indexing_technique is required.')
			: new DifyError(500, 'unknown', 'Internal Server Error');
	}
	const config = readConfig(new Fields('KnowledgeConfig', body));
	checkModels(context, config);
	const file = storeText(context, name, text);
	answer(context, saveDocument(context, { ...config, duplicate: true }, file));
}

/** The form's `data`, a JSON text. */
function dataOf(fields: Record<string, string>): Dict {
	if (fields.data === undefined) return {};
	let parsed: unknown;
	try {
		parsed = JSON.parse(fields.data);
	} catch {
		throw invalidParam(
			'Expecting property name enclosed in double quotes: line 1 column 2 (char 1)',
		);
	}
	if (!isDict(parsed)) throw new DifyError(500, 'unknown', 'Internal Server Error');
	return parsed;
}

/** What a file's form does not say is the base's: its technique, but not its form. */
function withDefaults(context: RequestContext, data: Dict): Dict {
	const { base } = context;
	return { doc_form: base.pipeline ? docFormOf(base) : 'text_model', ...data };
}

async function createByFile(context: RequestContext): Promise<void> {
	const { base } = context;
	const { fields, files } = await context.form();
	if (base.provider === 'external') throw invalidParam('External datasets are not supported.');
	const data = withDefaults(context, dataOf(fields));
	data.indexing_technique = data.indexing_technique || base.indexingTechnique;
	if (!data.indexing_technique) throw invalidParam('indexing_technique is required.');
	if (data.embedding_model_provider && !data.embedding_model) {
		throw new DifyError(500, 'unknown', 'Internal Server Error');
	}
	const part = onlyFile(files, true);
	if (!part) return;
	const file = storeFile(context, part, true);
	const config = readConfig(new Fields('KnowledgeConfig', data));
	checkModels(context, config);
	if (!config.originalDocumentId && !config.processRule && !base.processRule) {
		throw invalidParam('process_rule is required.');
	}
	answer(context, saveDocument(context, config, file));
}

/** Nothing renames without indexing again. */
function requireContent(hasFile: boolean, body: Dict): void {
	if (!hasFile && !body.process_rule) {
		throw invalidParam('Data source or Process rule is required');
	}
}

function checkForm(context: RequestContext, docForm: string): void {
	const form = docFormOf(context.base);
	if (form && docForm !== form) {
		throw invalidParam('doc_form is different from the dataset doc_form.');
	}
}

function updateByText(context: RequestContext): void {
	const body = context.json();
	const { name, text } = readText(body, 'DocumentTextUpdate', false);
	const technique = context.base.indexingTechnique;
	const fields = new Fields('KnowledgeConfig', { ...body, indexing_technique: technique });
	const config = readConfig(fields);
	checkModels(context, config);
	requireContent(Boolean(text), body);
	const file = text ? storeText(context, name ?? '', text) : undefined;
	checkForm(context, config.docForm);
	answer(context, replaceDocument(context, config, context.param('document_id'), file));
}

async function updateByFile(context: RequestContext): Promise<void> {
	const { fields, files } = await context.form();
	if (context.base.provider === 'external') {
		throw invalidParam('External datasets are not supported.');
	}
	const data = withDefaults(context, dataOf(fields));
	data.indexing_technique = context.base.indexingTechnique;
	const part = onlyFile(files, false);
	const file = part ? storeFile(context, part, false) : undefined;
	const config = readConfig(new Fields('KnowledgeConfig', data));
	requireContent(file !== undefined, data);
	checkForm(context, config.docForm);
	answer(context, replaceDocument(context, config, context.param('document_id'), file));
}

function remove(context: RequestContext): void {
	const document = documentOf(context, 'Document Not Exists.');
	if (document.archived) {
		throw new DifyError(
			403,
			'archived_document_immutable',
			'The archived document is not editable.',
		);
	}
	context.base.documents.delete(document.id);
	context.core.state.knowledge.count('document.delete');
	sendDeleted(context);
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ACTIONS = ['enable', 'disable', 'archive', 'un_archive'] as const;
type Action = (typeof ACTIONS)[number];

function invalidAction(message: string): DifyError {
	return new DifyError(400, 'invalid_action', message);
}

/** Whether the action changes the document; refuses what cannot be changed now. */
function changes(document: KnowledgeDocument, action: Action): boolean {
	if (document.lockedUntil > Date.now()) {
		throw invalidAction(`Document:${document.name} is being indexed, please try again later`);
	}
	if (action === 'disable' && document.status !== 'completed') {
		throw invalidAction(`Document: ${document.name} is not completed.`);
	}
	if (action === 'enable') return !document.enabled;
	if (action === 'disable') return document.enabled;
	return document.archived !== (action === 'archive');
}

function apply(document: KnowledgeDocument, action: Action, lockMs: number): void {
	const now = Date.now();
	document.updatedAt = now;
	if (action === 'enable' || action === 'disable') {
		document.enabled = action === 'enable';
		document.disabledAt = document.enabled ? null : now;
		document.lockedUntil = now + lockMs;
	} else {
		document.archived = action === 'archive';
		if (document.enabled) document.lockedUntil = now + lockMs;
	}
}

/** All or nothing; unknown documents are passed over. */
function setStatus(context: RequestContext): void {
	const { core } = context;
	const ids = (context.json().document_ids ?? []) as string[];
	const action = ACTIONS.find((name) => name === context.param('action'));
	if (ids.length > 0 && !action) {
		throw invalidAction(
			`Invalid action: ${context.param('action')}. Must be one of ['enable', 'disable', 'archive', 'un_archive']`,
		);
	}
	if (ids.some((id) => !UUID.test(String(id)))) {
		throw new DifyError(500, 'unknown', 'Internal Server Error');
	}
	const documents = ids
		.map((id) => context.base.documents.get(id))
		.filter((document) => document !== undefined);
	const changing = documents.filter((document) => {
		displayStatus(document);
		return action && changes(document, action);
	});
	for (const document of changing) if (action) apply(document, action, core.settings.statusLockMs);
	core.state.knowledge.count('document.status', changing.length);
	context.send(200, { result: 'success' });
}

/** Both ways to write a route: with hyphens and with underscores. */
function twins(path: string): string[] {
	return [path, path.replace(/-/g, '_')];
}

export function addDocumentWriteRoutes(router: Router): void {
	const base = '/v1/datasets/{dataset_id:uuid}';
	const one = `${base}/documents/{document_id:uuid}`;
	const write = { key: 'dataset', rateLimited: true } as const;
	for (const route of twins('create-by-text')) {
		router.add({
			...write,
			method: 'POST',
			pattern: `${base}/document/${route}`,
			handler: createByText,
		});
	}
	for (const route of twins('create-by-file')) {
		router.add({
			...write,
			method: 'POST',
			pattern: `${base}/document/${route}`,
			handler: createByFile,
		});
	}
	for (const route of twins('update-by-text')) {
		router.add({ ...write, method: 'POST', pattern: `${one}/${route}`, handler: updateByText });
	}
	for (const route of twins('update-by-file')) {
		router.add({ ...write, method: 'POST', pattern: `${one}/${route}`, handler: updateByFile });
	}
	router
		.add({
			...write,
			method: 'PATCH',
			pattern: one,
			handler: updateByFile,
			available: (traits) => traits.documentPatch,
		})
		.add({ ...write, method: 'DELETE', pattern: one, handler: remove })
		.add({
			method: 'PATCH',
			pattern: `${base}/documents/status/{action}`,
			handler: setStatus,
			key: 'dataset',
		});
}
