import { createHash } from 'node:crypto';
import type { SimulatorCore } from '../core';
import { OWNER, seconds } from '../state';
import type { Dict } from '../types';
import { tokensOf } from './chunking';
import { displayStatus } from './indexing';
import { metadataTexts, metadataView } from './metadata';
import type { ChildChunk, KnowledgeBase, KnowledgeDocument, ProcessRule, Segment } from './records';

function time(milliseconds: number | null): number | null {
	return milliseconds === null ? null : seconds(milliseconds);
}

/** Shown of a base that has none: with 2 records, while a search without one takes 4. */
const NO_RETRIEVAL_MODEL: Dict = {
	search_method: 'semantic_search',
	reranking_enable: false,
	reranking_mode: null,
	reranking_model: { reranking_provider_name: '', reranking_model_name: '' },
	weights: null,
	top_k: 2,
	score_threshold_enabled: false,
	score_threshold: null,
};

export function retrievalModelOf(base: KnowledgeBase): Dict {
	return { ...NO_RETRIEVAL_MODEL, ...base.retrievalModel };
}

export function docFormOf(base: KnowledgeBase): string | null {
	if (base.pipeline) return 'text_model';
	for (const document of base.documents.values()) return document.docForm;
	return null;
}

export function baseView(core: SimulatorCore, base: KnowledgeBase): Dict {
	const documents = [...base.documents.values()];
	const available = documents.filter((document) => displayStatus(document) === 'available');
	return {
		id: base.id,
		name: base.name,
		description: base.description,
		provider: base.provider,
		permission: base.permission,
		data_source_type: base.dataSourceType,
		indexing_technique: base.indexingTechnique,
		app_count: 0,
		document_count: documents.length,
		word_count: documents.reduce((sum, document) => sum + (document.wordCount ?? 0), 0),
		created_by: OWNER.id,
		author_name: OWNER.name,
		created_at: seconds(base.createdAt),
		updated_by: OWNER.id,
		updated_at: seconds(base.updatedAt),
		embedding_model: base.embeddingModel,
		embedding_model_provider: base.embeddingModelProvider,
		embedding_available: null,
		retrieval_model_dict: retrievalModelOf(base),
		summary_index_setting: {
			enable: null,
			model_name: null,
			model_provider_name: null,
			summary_prompt: null,
			...base.summarySetting,
		},
		tags: core.state.knowledge.tags
			.filter((tag) => tag.bindings.has(base.id))
			.map(({ id, name }) => ({ id, name, type: 'knowledge' })),
		doc_form: docFormOf(base),
		external_knowledge_info: {
			external_knowledge_id: base.external.id,
			external_knowledge_api_id: base.external.apiId,
			external_knowledge_api_name: null,
			external_knowledge_api_endpoint: null,
		},
		external_retrieval_model: { top_k: 2, score_threshold: 0, score_threshold_enabled: null },
		doc_metadata: base.fields.map(({ id, name, type }) => ({ id, name, type })),
		built_in_field_enabled: base.builtInFields,
		pipeline_id: base.pipeline?.id ?? null,
		runtime_mode: base.pipeline ? 'rag_pipeline' : 'general',
		chunk_structure: base.pipeline ? 'text_model' : null,
		icon_info: { icon_type: null, icon: null, icon_background: null, icon_url: null },
		is_published: base.pipeline?.published ?? false,
		total_documents: documents.length,
		total_available_documents: available.length,
		enable_api: base.enableApi,
		is_multimodal: false,
	};
}

/** Whether the base's model can be used; only lists and the get say so. */
export function embeddingAvailable(core: SimulatorCore, base: KnowledgeBase): boolean {
	if (base.indexingTechnique !== 'high_quality') return true;
	return core.state.knowledge.models.some(
		(entry) =>
			entry.type === 'text-embedding' &&
			entry.model === base.embeddingModel &&
			entry.provider === base.embeddingModelProvider,
	);
}

function uploadFile(core: SimulatorCore, document: KnowledgeDocument): Dict | null {
	const file = core.state.knowledge.files.get(document.fileId ?? '');
	if (!file) return null;
	return {
		id: file.id,
		name: file.name,
		size: file.size,
		extension: file.extension,
		mime_type: file.mimeType,
		created_by: OWNER.id,
		created_at: file.createdAt / 1000,
	};
}

function sourceDetail(core: SimulatorCore, document: KnowledgeDocument): Dict {
	const file = uploadFile(core, document);
	return file ? { upload_file: file } : document.dataSourceInfo;
}

/** A document as lists and the calls that write give it. */
export function documentView(
	core: SimulatorCore,
	base: KnowledgeBase,
	document: KnowledgeDocument,
): Dict {
	return {
		id: document.id,
		position: document.position,
		data_source_type: document.dataSourceType,
		data_source_info: document.dataSourceInfo,
		data_source_detail_dict: sourceDetail(core, document),
		dataset_process_rule_id: document.processRule.id,
		name: document.name,
		created_from: document.createdFrom,
		created_by: OWNER.id,
		created_at: seconds(document.createdAt),
		tokens: document.tokens,
		indexing_status: document.status,
		error: document.error,
		enabled: document.enabled,
		disabled_at: time(document.disabledAt),
		disabled_by: document.disabledAt === null ? null : OWNER.id,
		archived: document.archived,
		display_status: displayStatus(document),
		word_count: document.wordCount,
		hit_count: document.hitCount,
		doc_form: document.docForm,
		doc_metadata: metadataTexts(base, document),
		summary_index_status: null,
		need_summary: false,
	};
}

function ruleView(rule: ProcessRule | null): Dict {
	return rule ? { mode: rule.mode, rules: rule.rules } : { mode: 'custom', rules: null };
}

/** A document as the get gives it, with or without its metadata. */
export function documentDetail(
	core: SimulatorCore,
	base: KnowledgeBase,
	document: KnowledgeDocument,
	metadata: boolean,
): Dict {
	const view = documentView(core, base, document);
	const length = document.segments.reduce((sum, { content }) => sum + content.length, 0);
	const { data_source_detail_dict: detail, word_count: _w, doc_metadata: _m, ...rest } = view;
	return {
		...rest,
		data_source_info: detail,
		dataset_process_rule: ruleView(base.processRule),
		document_process_rule: {
			id: document.processRule.id,
			dataset_id: base.id,
			...ruleView(document.processRule),
		},
		completed_at: time(document.completedAt),
		updated_at: time(document.updatedAt),
		indexing_latency: document.completedAt === null ? null : 0.05,
		...(metadata ? { doc_type: null, doc_metadata: metadataView(base, document) } : {}),
		segment_count: document.segments.length,
		average_segment_length:
			document.segments.length > 0 ? Math.floor(length / document.segments.length) : 0,
		doc_language: document.docLanguage,
	};
}

/** One entry of a batch's indexing status; only here a paused document says so. */
export function statusView(document: KnowledgeDocument): Dict {
	const started = time(document.startedAt);
	const past = ['indexing', 'completed'].includes(document.status);
	const completed = document.segments.filter((segment) => segment.completedAt !== null);
	return {
		id: document.id,
		indexing_status: document.isPaused ? 'paused' : document.status,
		processing_started_at: started,
		parsing_completed_at: past || document.status === 'error' ? started : null,
		cleaning_completed_at: past ? started : null,
		splitting_completed_at: past ? started : null,
		completed_at: time(document.completedAt),
		paused_at: document.isPaused ? started : null,
		error: document.error,
		stopped_at: document.status === 'error' ? started : null,
		completed_segments: completed.length,
		total_segments: document.segments.length,
	};
}

export function childView(child: ChildChunk): Dict {
	return {
		id: child.id,
		segment_id: child.segmentId,
		content: child.content,
		position: child.position,
		word_count: child.content.length,
		type: child.type,
		created_at: seconds(child.createdAt),
		updated_at: seconds(child.updatedAt),
	};
}

export function segmentView(segment: Segment): Dict {
	return {
		id: segment.id,
		position: segment.position,
		document_id: segment.documentId,
		content: segment.content,
		sign_content: segment.content,
		answer: segment.answer,
		word_count: segment.content.length + (segment.answer?.length ?? 0),
		tokens: tokensOf(segment.content + (segment.answer ?? '')),
		keywords: segment.keywords,
		index_node_id: segment.indexNodeId,
		index_node_hash: createHash('sha256').update(segment.content).digest('hex'),
		hit_count: segment.hitCount,
		enabled: segment.enabled,
		disabled_at: time(segment.disabledAt),
		disabled_by: segment.disabledAt === null ? null : OWNER.id,
		status: segment.status,
		created_by: OWNER.id,
		created_at: seconds(segment.createdAt),
		updated_at: seconds(segment.updatedAt),
		updated_by: segment.changed ? OWNER.id : null,
		indexing_at: seconds(segment.createdAt),
		completed_at: time(segment.completedAt),
		error: segment.error,
		stopped_at: null,
		child_chunks: segment.children.map(childView),
		attachments: segment.attachments,
		summary: segment.summary,
	};
}
