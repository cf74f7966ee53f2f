import { randomInt, randomUUID } from 'node:crypto';
import type { RequestContext } from '../context';
import { invalidParam, notFound } from '../errors';
import type { Dict } from '../types';
import { Fields, isDict, readRetrievalModel } from './check';
import { displayStatus, planOf, settle, startIndexing } from './indexing';
import { checkEmbeddingModel, checkRerankModel, defaultEmbedding } from './models';
import { builtInValues } from './metadata';
import type {
	DocForm,
	IndexingPlan,
	KnowledgeBase,
	KnowledgeDocument,
	KnowledgeFile,
	ProcessRule,
} from './records';
import { textOf } from './uploads';
import { docFormOf } from './views';

const FORMS = ['text_model', 'hierarchical_model', 'qa_model'];
const MODES = ['automatic', 'custom', 'hierarchical'];

/** As `automatic` is shown in a document. */
const AUTOMATIC_RULES: Dict = {
	pre_processing_rules: [
		{ id: 'remove_extra_spaces', enabled: true },
		{ id: 'remove_urls_emails', enabled: false },
	],
	segmentation: { delimiter: '\n', max_tokens: 500, chunk_overlap: 50 },
};

export function automaticRule(): ProcessRule {
	return { id: randomUUID(), mode: 'automatic', rules: AUTOMATIC_RULES };
}

/** What a request says about a document, checked. */
export interface DocumentConfig {
	technique: KnowledgeBase['indexingTechnique'];
	docForm: DocForm;
	docLanguage: string;
	processRule: ProcessRule | undefined;
	retrievalModel: Dict | undefined;
	embeddingModel: string | undefined;
	embeddingModelProvider: string | undefined;
	originalDocumentId: string | undefined;
	/** False: a document of the same name stays, and another one is made. */
	duplicate: boolean;
	name: string | undefined;
}

/** The checks that come before a file is looked at, and those of the process rule. */
export function readConfig(fields: Fields): DocumentConfig {
	const { body } = fields;
	const { docForm, rule, retrievalModel } = readShared(fields);
	const technique = fields.text('indexing_technique', {
		required: true,
		among: ['high_quality', 'economy'],
	});
	fields.done();
	return {
		technique: technique as DocumentConfig['technique'],
		docForm: docForm as DocForm,
		docLanguage: fields.text('doc_language') ?? 'English',
		processRule: rule ? readRule(rule) : undefined,
		retrievalModel,
		embeddingModel: fields.text('embedding_model'),
		embeddingModelProvider: fields.text('embedding_model_provider'),
		originalDocumentId: fields.text('original_document_id'),
		duplicate: body.duplicate !== false,
		name: fields.text('name'),
	};
}

/** A cut must say its size. */
function checkRules(fields: Fields, rules: Dict): void {
	fields.inside('rules', rules, (inner) => {
		inner.list('pre_processing_rules');
		for (const name of ['segmentation', 'subchunk_segmentation']) {
			const cut = inner.dict(name);
			if (cut) inner.inside(name, cut, (deep) => deep.number('max_tokens', { required: true }));
		}
	});
}

/** The fields that are checked for their shape wherever they stand. */
export function readShared(fields: Fields): {
	docForm: string;
	rule: Dict | undefined;
	retrievalModel: Dict | undefined;
} {
	const docForm = fields.text('doc_form') ?? 'text_model';
	if (!FORMS.includes(docForm)) {
		fields.problem('doc_form', 'Value error, Invalid doc_form.', 'value_error', docForm);
	}
	const rule = fields.dict('process_rule');
	if (rule) {
		fields.inside('process_rule', rule, (inner) => {
			inner.text('mode', { required: true, among: MODES });
			const rules = inner.dict('rules');
			if (rules) checkRules(inner, rules);
		});
	}
	return { docForm, rule, retrievalModel: readRetrievalModel(fields) };
}

function readRule(given: Dict): ProcessRule {
	const mode = given.mode as ProcessRule['mode'];
	if (mode === 'automatic') return automaticRule();
	const { rules } = given;
	if (!isDict(rules)) throw invalidParam('Process rule rules is required');
	if (!Array.isArray(rules.pre_processing_rules)) {
		throw invalidParam('Process rule pre_processing_rules is required');
	}
	const kept: Dict = { ...rules };
	if (mode === 'hierarchical') kept.parent_mode ??= 'paragraph';
	const { segmentation } = rules;
	if (!isDict(segmentation)) throw invalidParam('Process rule segmentation is required');
	if (!segmentation.separator) {
		throw invalidParam('Process rule segmentation separator is required');
	}
	if (kept.parent_mode !== 'full-doc' && !segmentation.max_tokens) {
		throw invalidParam('Process rule segmentation max_tokens is required');
	}
	return { id: randomUUID(), mode, rules: kept };
}

/** Checks of the models that a request names. */
export function checkModels(context: RequestContext, config: DocumentConfig): void {
	checkEmbeddingModel(context.core, config.embeddingModelProvider, config.embeddingModel);
	checkRerankModel(context.core, config.retrievalModel);
}

/** The first document gives an empty base its technique, model and retrieval. */
function settleBase(context: RequestContext, config: DocumentConfig): void {
	const { base, core } = context;
	base.dataSourceType ??= 'upload_file';
	if (base.indexingTechnique) return;
	base.indexingTechnique = config.technique;
	if (config.technique !== 'high_quality') return;
	Object.assign(base, defaultEmbedding(core, config.embeddingModelProvider, config.embeddingModel));
	base.retrievalModel ??= config.retrievalModel ?? {
		search_method: 'semantic_search',
		reranking_enable: false,
		reranking_model: { reranking_provider_name: '', reranking_model_name: '' },
		top_k: 4,
		score_threshold_enabled: false,
	};
}

export function newBatch(): string {
	const digits = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
	return `${digits}${randomInt(100_000, 999_999)}`;
}

/** A file becomes a document: a new one, or the one of the same name with new content. */
export function saveDocument(
	context: RequestContext,
	config: DocumentConfig,
	file: KnowledgeFile,
): KnowledgeDocument {
	const { base } = context;
	const form = docFormOf(base);
	if (form && config.docForm !== form) {
		throw invalidParam('doc_form is different from the dataset doc_form.');
	}
	settleBase(context, config);
	if (config.originalDocumentId) {
		return replaceDocument(context, config, config.originalDocumentId, file);
	}
	const rule = config.processRule ?? base.processRule ?? automaticRule();
	base.processRule = rule;
	const twin = config.duplicate ? enabledTwin(context, file.name) : undefined;
	return twin ? overwrite(context, twin, config, rule, file) : add(context, config, rule, file);
}

/** Only an enabled document of an uploaded file counts; archived ones do, too. */
function enabledTwin({ base }: RequestContext, name: string): KnowledgeDocument | undefined {
	let found: KnowledgeDocument | undefined;
	for (const document of base.documents.values()) {
		const same = document.name === name && document.dataSourceType === 'upload_file';
		if (same && document.enabled) found = document;
	}
	return found;
}

function fill(document: KnowledgeDocument, config: DocumentConfig, file: KnowledgeFile): void {
	document.fileId = file.id;
	document.dataSourceType = 'upload_file';
	document.dataSourceInfo = { upload_file_id: file.id };
	document.docForm = config.docForm;
	document.docLanguage = config.docLanguage;
	document.updatedAt = Date.now();
	const text = textOf(file);
	startIndexing(document, text, planOf(text) ?? brokenPdf(file));
}

/** A PDF is not read here, but what is none is told from one. */
function brokenPdf(file: KnowledgeFile): IndexingPlan | undefined {
	if (file.extension !== 'pdf' || file.bytes.content?.subarray(0, 4).toString() === '%PDF') {
		return undefined;
	}
	return { end: 'error', error: 'Failed to load document (PDFium: Data format error).' };
}

function overwrite(
	context: RequestContext,
	document: KnowledgeDocument,
	config: DocumentConfig,
	rule: ProcessRule,
	file: KnowledgeFile,
): KnowledgeDocument {
	settle(context.core, document);
	// Two workers at once: neither deletes what the other one writes.
	if (document.indexing) document.overlapped.push(document.text);
	document.processRule = rule;
	document.batch = newBatch();
	document.createdFrom = 'api';
	fill(document, config, file);
	context.core.state.knowledge.count('document.overwrite');
	return document;
}

export function blankDocument(
	base: KnowledgeBase,
	seq: number,
	name: string,
	rule: ProcessRule,
): KnowledgeDocument {
	const now = Date.now();
	base.lastPosition += 1;
	return {
		id: randomUUID(),
		baseId: base.id,
		seq,
		position: base.lastPosition,
		name,
		dataSourceType: 'upload_file',
		dataSourceInfo: {},
		fileId: null,
		createdFrom: 'api',
		createdAt: now,
		updatedAt: now,
		batch: newBatch(),
		processRule: rule,
		docForm: 'text_model',
		docLanguage: 'English',
		text: '',
		status: 'waiting',
		isPaused: false,
		error: null,
		indexing: null,
		startedAt: null,
		completedAt: null,
		tokens: null,
		wordCount: null,
		segments: [],
		enabled: true,
		disabledAt: null,
		archived: false,
		hitCount: 0,
		metadata: null,
		boundFields: new Set(),
		lockedUntil: 0,
		overlapped: [],
		locked: false,
		indexed: 0,
	};
}

function add(
	context: RequestContext,
	config: DocumentConfig,
	rule: ProcessRule,
	file: KnowledgeFile,
): KnowledgeDocument {
	const { knowledge } = context.core.state;
	const document = blankDocument(context.base, knowledge.nextSequence(), file.name, rule);
	fill(document, config, file);
	if (context.base.builtInFields) document.metadata = builtInValues(document);
	context.base.documents.set(document.id, document);
	knowledge.count('document.create');
	return document;
}

/** An update: only of a document that can be searched, and it keeps its batch. */
export function replaceDocument(
	context: RequestContext,
	config: DocumentConfig,
	id: string,
	file: KnowledgeFile | undefined,
): KnowledgeDocument {
	const document = context.base.documents.get(id.toLowerCase());
	if (!document) throw notFound('Document not found');
	settle(context.core, document);
	if (displayStatus(document) !== 'available') throw invalidParam('Document is not available');
	if (config.processRule) {
		document.processRule = config.processRule;
		context.base.processRule = config.processRule;
	}
	if (file) document.name = file.name;
	if (config.name) document.name = config.name;
	document.createdFrom = 'web';
	document.locked = context.core.traits.updatesHang;
	if (file) fill(document, config, file);
	else startIndexing(document, document.text);
	document.completedAt = null;
	if (!document.locked) document.segments = [];
	context.core.state.knowledge.count('document.update');
	return document;
}
