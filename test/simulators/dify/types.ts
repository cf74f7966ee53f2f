import type { DifyVersion } from './versions';

/** A JSON object of unknown content. */
export type Dict = Record<string, unknown>;

export type AppMode = 'advanced-chat' | 'workflow' | 'agent-chat' | 'chat' | 'agent' | 'completion';

/** One field of `user_input_form`; the key is the control's type. */
export type FormItem = Record<string, FormControl>;

export interface FormControl {
	label: string;
	variable: string;
	required: boolean;
	default?: unknown;
	options?: string[];
	max_length?: number;
	allowed_file_types?: string[];
	allowed_file_upload_methods?: string[];
	allowed_file_extensions?: string[];
	[extra: string]: unknown;
}

export interface ConversationVariableSpec {
	name: string;
	value_type: string;
	value: unknown;
	description: string;
}

/** A complete app of the simulated workspace. */
export interface App {
	id: string;
	key: string;
	mode: AppMode;
	name: string;
	description: string;
	tags: string[];
	authorName: string;
	apiEnabled: boolean;
	status: 'normal' | 'abnormal';
	workspaceArchived: boolean;
	/** false: no published version, so most calls answer 400 app_unavailable. */
	published: boolean;
	userInputForm: FormItem[];
	openingStatement: string | null;
	suggestedQuestions: string[];
	suggestedAfterAnswer: { enabled: boolean; questions: string[]; modelError: boolean };
	speechToText: boolean;
	textToSpeech: {
		enabled: boolean;
		voice: string;
		language: string;
		autoPlay: 'enabled' | 'disabled';
	};
	retrieverResource: boolean;
	annotationReply: boolean;
	site: Dict | null;
	toolIcons: Dict;
	conversationVariables: ConversationVariableSpec[];
	workflowId: string;
	/** Other published versions that `workflow_id` may name. */
	workflowVersions: string[];
	/** Concurrency ceiling; 0 means none. */
	maxActiveRequests: number;
	/** Cloud sandbox plan. */
	sandbox: boolean;
	/** A directive line put before every query of this app, e.g. `#slow 20`. */
	alwaysDirectives: string;
	/** Whether the app checks what it says; what it finds is up to directives. */
	moderation: boolean;
}

/** What a test or the control API gives for an app; the rest has defaults. */
export type AppConfig = Partial<App>;

export interface Settings {
	version: DifyVersion;
	/** Milliseconds between pings while the worker runs (10 s). */
	pingIntervalMs: number;
	/** Silence after which the server ends a worker-based stream (300 s). */
	idleTimeoutMs: number;
	/** Default pause between two deltas, milliseconds; `#slow` overrides it. */
	deltaDelayMs: number;
	/** Default time a non-streaming node takes, milliseconds. */
	nodeDelayMs: number;
	/** `id:` lines on every frame; null: as the version does. */
	sseIds: boolean | null;
	/** Absolute base for signed file urls; null: relative urls, FILES_URL unset. */
	filesUrl: string | null;
	/** Also deliver the `error` frame that follows a failed run (docs claim both). */
	errorAfterFailure: boolean;
	/** What a client's disconnect leaves behind on <= 1.12. */
	disconnectLeaves: 'stopped' | 'running';
	/** Upload limits in MiB. */
	uploadLimitsMb: { image: number; document: number; audio: number; video: number };
	/** Proxy limit for a whole request body, MiB. */
	bodyLimitMb: number;
	/** Files up to this size stay in memory, larger ones go to a temporary file. */
	fileMemoryLimitBytes: number;
	maxRecordedRequests: number;
	/** A blocking call longer than this gets 504 HTML while the run goes on; 0: never. */
	edgeTimeoutMs: number;
	/** Parallel forms leave the run paused after the last submit. */
	parallelFormsBug: boolean;
	/** ISO times of feedbacks and end users end with `Z` (specification) or have no zone (Python). */
	isoZone: boolean;
	/** How long an annotation-reply job stays `waiting` + `processing`, milliseconds. */
	annotationJobMs: number;
	/** How long the row of a stopped run still says `running`, milliseconds, where the version does so. */
	stoppedRowMs: number;
	/** How long a submitted human input form takes until the worker resumes, milliseconds. */
	resumeDelayMs: number;
	/** Knowledge: requests per window that the plan allows; 0: no limit. */
	knowledgeRateLimit: number;
	/** Length of that window, milliseconds. */
	knowledgeRateWindowMs: number;
	/** How long the indexing of a document takes, milliseconds; 0: done at the first look. */
	indexingMs: number;
	/** Instead: how often a document's status must be read until its indexing has ended. */
	indexingPolls: number;
	/** How long a document's status cannot be changed again, milliseconds. */
	statusLockMs: number;
}

export interface UploadedPart {
	field: string;
	filename: string;
	mimeType: string | null;
	size: number;
	sha256: string;
}

/** One request as the server saw it. */
export interface RecordedRequest {
	id: number;
	method: string;
	/** Path without the query string, as sent. */
	path: string;
	query: Record<string, string>;
	headers: Record<string, string>;
	/** Parsed JSON, or `{fields, files}` of a multipart body, or the raw text, or undefined. */
	body: unknown;
	/** Milliseconds since the epoch. */
	startedAt: number;
	finishedAt: number | null;
	status: number | null;
	/** The client left before the response was complete. */
	aborted: boolean;
	/** The kind of fault that hit this request, if any. */
	fault: string | null;
	/** The id of that fault's rule. */
	faultId: string | null;
}
