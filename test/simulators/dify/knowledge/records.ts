import type { StoredBytes } from '../files/bytes';
import type { Dict } from '../types';

export type DocForm = 'text_model' | 'hierarchical_model' | 'qa_model';

/** `rules` as the client gave it, or those of `automatic`. */
export interface ProcessRule {
	id: string;
	mode: 'automatic' | 'custom' | 'hierarchical';
	rules: Dict | null;
}

/** An uploaded file that documents are made of. */
export interface KnowledgeFile {
	id: string;
	name: string;
	extension: string;
	mimeType: string;
	/** What the server calls size: bytes of a file, characters of a text. */
	size: number;
	bytes: StoredBytes;
	createdAt: number;
}

export interface ChildChunk {
	id: string;
	segmentId: string;
	position: number;
	content: string;
	type: 'automatic' | 'customized';
	createdAt: number;
	updatedAt: number;
}

export interface Segment {
	id: string;
	documentId: string;
	position: number;
	content: string;
	answer: string | null;
	keywords: string[] | null;
	indexNodeId: string;
	hitCount: number;
	enabled: boolean;
	disabledAt: number | null;
	status: 'waiting' | 'indexing' | 'completed' | 'error';
	error: string | null;
	createdAt: number;
	updatedAt: number;
	/** Changed since it was made. */
	changed: boolean;
	completedAt: number | null;
	children: ChildChunk[];
	attachments: Dict[];
	summary: string | null;
}

/** How the indexing of a document ends. */
export interface IndexingPlan {
	end: 'completed' | 'error' | 'paused' | 'stuck' | 'locked';
	error?: string;
	/** No chunks although it ends as completed. */
	empty?: boolean;
	/** Instead of the settings: duration in milliseconds, or looks at its status until the end. */
	ms?: number;
	polls?: number;
}

export type IndexingStatus =
	'waiting' | 'parsing' | 'cleaning' | 'splitting' | 'indexing' | 'completed' | 'error';

export interface KnowledgeDocument {
	id: string;
	baseId: string;
	seq: number;
	position: number;
	name: string;
	dataSourceType: 'upload_file' | 'website_crawl' | 'notion_import' | 'local_file';
	dataSourceInfo: Dict;
	fileId: string | null;
	createdFrom: 'api' | 'web' | 'rag-pipeline';
	createdAt: number;
	updatedAt: number;
	batch: string;
	processRule: ProcessRule;
	docForm: DocForm;
	docLanguage: string;
	/** What is indexed. */
	text: string;
	status: IndexingStatus;
	isPaused: boolean;
	error: string | null;
	/** Null when nothing runs. */
	indexing: { startedAt: number; looks: number; plan: IndexingPlan } | null;
	startedAt: number | null;
	completedAt: number | null;
	tokens: number | null;
	wordCount: number | null;
	segments: Segment[];
	enabled: boolean;
	disabledAt: number | null;
	archived: boolean;
	hitCount: number;
	/** Values by field name; null until any is set. */
	metadata: Record<string, unknown> | null;
	/** Ids of the metadata fields that are bound. */
	boundFields: Set<string>;
	/** Until then its status must not be changed again. */
	lockedUntil: number;
	/** Texts whose indexing had not ended when a newer one came: their chunks stay. */
	overlapped: string[];
	/** A worker holds it for ever. */
	locked: boolean;
	/** How often its content was indexed. */
	indexed: number;
}

export interface MetadataField {
	id: string;
	name: string;
	type: 'string' | 'number' | 'time';
}

export interface Tag {
	id: string;
	name: string;
	/** Ids of bases. */
	bindings: Set<string>;
}

/** A node of a pipeline where data comes in. */
export interface Datasource {
	nodeId: string;
	type: 'local_file' | 'online_document' | 'website_crawl' | 'online_drive';
	title: string;
	pluginId: string;
	providerName: string;
	variables: Dict[];
	credentials: Dict[];
	/** What a run of the node finds; or its error. */
	items: Dict[];
	error?: string;
}

export interface KnowledgeBase {
	id: string;
	seq: number;
	name: string;
	description: string;
	provider: 'vendor' | 'external';
	permission: string;
	partialMembers: string[];
	indexingTechnique: 'high_quality' | 'economy' | null;
	embeddingModel: string | null;
	embeddingModelProvider: string | null;
	retrievalModel: Dict | null;
	summarySetting: Dict | null;
	external: { id: string | null; apiId: string | null };
	dataSourceType: string | null;
	/** The latest rule: documents that bring none are cut by it. */
	processRule: ProcessRule | null;
	enableApi: boolean;
	/** Somebody else's, with "only me": not in the list unless all are asked for. */
	othersOnly: boolean;
	builtInFields: boolean;
	fields: MetadataField[];
	/** Set for a base with a knowledge pipeline. */
	pipeline: { id: string; datasources: Datasource[]; published: boolean } | null;
	createdAt: number;
	updatedAt: number;
	documents: Map<string, KnowledgeDocument>;
	/** Of the document that was made last. */
	lastPosition: number;
	/** Queries that were put to it. */
	queries: string[];
	/** A metadata operation of somebody else runs until then. */
	metadataLockedUntil: number;
}

export interface ModelEntry {
	provider: string;
	type: 'text-embedding' | 'rerank' | 'llm' | 'tts' | 'speech2text' | 'moderation';
	model: string;
	label: string;
}
