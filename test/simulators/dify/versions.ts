/** The columns of Dify/SERVER.md, "Order of events", and the releases between them whose behaviour differs. */
export const DIFY_VERSIONS = [
	'1.8',
	'1.12',
	'1.13.0',
	'1.13.1',
	'1.14',
	'1.15',
	'1.16',
	'1.17',
] as const;

export type DifyVersion = (typeof DIFY_VERSIONS)[number];

/** What a client can feel of a server's version. */
export interface VersionTraits {
	version: DifyVersion;
	/** What `GET /v1/` reports. */
	serverVersion: string;
	/** `request`: the run lives inside the HTTP request; `worker`: Celery + Redis topic. */
	execution: 'request' | 'worker';
	/** Order in which the end of a run is published. */
	tail: 'finished-first' | 'end-first' | 'audio-first';
	/** The worker publishes a failed `workflow_finished` when a run ended without a terminal event. */
	syntheticTerminal: boolean;
	/** Human input nodes exist (1.13); `humanInputApi`: drivable by API (1.14). */
	humanInput: boolean;
	humanInputApi: boolean;
	endUsers: boolean;
	/** Reasoning comes as `reasoning_chunk` instead of `<think>` inside the answer. */
	reasoningEvents: boolean;
	unknownConversation: 'not-found' | 'new';
	/** A worker that refuses a message says nothing: one ping, and the end after the idle time. */
	silentRefusal: boolean;
	/** Uploads of other users are accepted. */
	foreignUploads: boolean;
	/** The row of a run that its owner stopped says `running` for a while. */
	stoppedRowIsLate: boolean;
	/** `parallel_id` and its relatives in node data. */
	parallelFields: boolean;
	/** `inputs_truncated` and its relatives. */
	truncationFields: boolean;
	/** `warning` frame for top-level `files`, `id:` lines, `X-Workflow-Run-ID`. */
	newest: boolean;
	/** /stop waits for a non-streaming node. */
	stopWaitsForNode: boolean;
	/** After a resume the answer text is only in the answer node's outputs. */
	resumeLosesText: boolean;
	approvalChannels: boolean;
	/** select, file and file-list inputs in human input forms. */
	richForms: boolean;
	/** Chat and Completion apps call pieces of text `message_file` if the message has a file. */
	textAsFiles: boolean;
	/** Image markdown is stripped from the saved answer. */
	stripsImages: boolean;
	/** 403 `workflow_version_execution_not_allowed` on the Cloud sandbox plan. */
	sandboxForbidsWorkflowId: boolean;
	/** Knowledge: deletes answer 200 with the body `204`; later a true 204. */
	deletesAnswer200: boolean;
	/** A document's original file can be fetched. */
	documentDownload: boolean;
	/** `PATCH /documents/{id}` replaces a file. */
	documentPatch: boolean;
	/** Failed metadata writes answer success. */
	swallowsMetadataErrors: boolean;
	/** `tag_ids` filters the list of bases; elsewhere it is refused. */
	filtersByTags: boolean;
	/** `tag_ids` of unbinding is known. */
	unbindsTagLists: boolean;
	/** What tags are answers 400, though it was done: the server refuses its own answer. */
	tagAnswersFail: boolean;
	/** A retrieval model that lacks fields is refused by name; before, the server fails. */
	strictRetrievalModel: boolean;
	/** Updates of a document never end: the worker locks itself out. */
	updatesHang: boolean;
	/** Knowledge pipelines can be run. */
	pipelines: boolean;
	/** The upload for a pipeline fails, though the file is stored. */
	pipelineUploadFails: boolean;
	/** A retrieval repeats the query as a bare text. */
	retrievalQueryText: boolean;
	/** A chunk must belong to the document of the path. */
	checksChunkDocument: boolean;
}

const OLDEST: VersionTraits = {
	version: '1.8',
	serverVersion: '1.8.1',
	execution: 'request',
	tail: 'finished-first',
	syntheticTerminal: false,
	humanInput: false,
	humanInputApi: false,
	endUsers: false,
	reasoningEvents: false,
	unknownConversation: 'not-found',
	silentRefusal: false,
	foreignUploads: true,
	stoppedRowIsLate: true,
	parallelFields: true,
	truncationFields: false,
	newest: false,
	stopWaitsForNode: false,
	resumeLosesText: false,
	approvalChannels: false,
	richForms: false,
	textAsFiles: true,
	stripsImages: true,
	sandboxForbidsWorkflowId: false,
	deletesAnswer200: true,
	documentDownload: false,
	documentPatch: false,
	swallowsMetadataErrors: true,
	filtersByTags: false,
	unbindsTagLists: false,
	tagAnswersFail: true,
	strictRetrievalModel: false,
	updatesHang: true,
	pipelines: false,
	pipelineUploadFails: true,
	retrievalQueryText: false,
	checksChunkDocument: false,
};

/** What each release changes against the one before it. */
const CHANGES: Record<DifyVersion, Partial<VersionTraits>> = {
	'1.8': {},
	'1.12': { serverVersion: '1.12.1', parallelFields: false, truncationFields: true },
	'1.13.0': {
		serverVersion: '1.13.0',
		execution: 'worker',
		humanInput: true,
		endUsers: true,
		silentRefusal: true,
		foreignUploads: false,
		updatesHang: false,
		pipelines: true,
	},
	'1.13.1': { serverVersion: '1.13.1', tail: 'end-first', documentDownload: true },
	'1.14': {
		serverVersion: '1.14.2',
		humanInputApi: true,
		stopWaitsForNode: true,
		deletesAnswer200: false,
		documentPatch: true,
		swallowsMetadataErrors: false,
		unbindsTagLists: true,
		strictRetrievalModel: true,
		pipelineUploadFails: false,
		retrievalQueryText: true,
	},
	'1.15': {
		serverVersion: '1.15.0',
		reasoningEvents: true,
		unknownConversation: 'new',
		silentRefusal: false,
		stoppedRowIsLate: false,
		richForms: true,
		resumeLosesText: true,
	},
	'1.16': {
		serverVersion: '1.16.0',
		stopWaitsForNode: false,
		resumeLosesText: false,
		approvalChannels: true,
		stripsImages: false,
		sandboxForbidsWorkflowId: true,
		retrievalQueryText: false,
		checksChunkDocument: true,
		filtersByTags: true,
		tagAnswersFail: false,
	},
	'1.17': {
		serverVersion: '1.17.0',
		tail: 'audio-first',
		syntheticTerminal: true,
		newest: true,
	},
};

/** The behaviour of one version: every change up to and including it. */
export function traitsOf(version: DifyVersion): VersionTraits {
	const upTo = DIFY_VERSIONS.slice(0, DIFY_VERSIONS.indexOf(version) + 1);
	return upTo.reduce<VersionTraits>(
		(traits, step) => ({ ...traits, ...CHANGES[step], version: step }),
		OLDEST,
	);
}

export function isDifyVersion(value: unknown): value is DifyVersion {
	return typeof value === 'string' && (DIFY_VERSIONS as readonly string[]).includes(value);
}
