import type { StoredBytes } from './files/bytes';
import type { Dict } from './types';

export interface EndUser {
	id: string;
	appId: string;
	sessionId: string;
	isAnonymous: boolean;
	createdAt: number;
	updatedAt: number;
}

export interface ConversationVariable {
	id: string;
	conversationId: string;
	name: string;
	valueType: string;
	value: unknown;
	description: string;
	createdAt: number;
	updatedAt: number;
}

export interface Conversation {
	id: string;
	appId: string;
	endUserId: string;
	/** Counts up with every conversation: tie breaker when sorting. */
	seq: number;
	name: string;
	autoNamed: boolean;
	inputs: Dict;
	status: string;
	introduction: string;
	createdAt: number;
	updatedAt: number;
	deleted: boolean;
	/** false for conversations that were not made through the API: never listed. */
	fromApi: boolean;
	messageIds: string[];
	variables: ConversationVariable[];
}

export interface MessageFile {
	id: string;
	uploadFileId: string | null;
	type: string;
	transferMethod: string;
	filename: string;
	mimeType: string | null;
	size: number | null;
	url: string | null;
	belongsTo: 'user' | 'assistant';
}

export interface Message {
	id: string;
	appId: string;
	conversationId: string;
	endUserId: string;
	parentMessageId: string | null;
	taskId: string;
	workflowRunId: string | null;
	query: string;
	inputs: Dict;
	answer: string;
	status: 'normal' | 'error' | 'paused';
	error: string | null;
	files: MessageFile[];
	retrieverResources: Dict[];
	agentThoughts: Dict[];
	extraContents: Dict[];
	createdAt: number;
}

export interface Feedback {
	id: string;
	appId: string;
	conversationId: string;
	messageId: string;
	rating: 'like' | 'dislike';
	content: string | null;
	endUserId: string | null;
	accountId: string | null;
	createdAt: number;
	updatedAt: number;
}

export interface Annotation {
	id: string;
	appId: string;
	question: string;
	answer: string;
	hitCount: number;
	createdAt: number;
}

export interface AnnotationJob {
	id: string;
	appId: string;
	action: string;
	startedAt: number;
	/** A text makes the job end as `error`. */
	errorMessage: string;
	settings: Dict;
}

export interface StoredFile {
	id: string;
	appId: string;
	endUserId: string;
	name: string;
	extension: string;
	mimeType: string;
	bytes: StoredBytes;
	createdAt: number;
	/** Made by a run, not uploaded. */
	generated: boolean;
}

export type RunStatus =
	'running' | 'succeeded' | 'failed' | 'stopped' | 'partial-succeeded' | 'paused';

export interface RunRecord {
	id: string;
	taskId: string;
	appId: string;
	endUserId: string;
	conversationId: string | null;
	messageId: string | null;
	workflowId: string;
	status: RunStatus;
	inputs: Dict;
	outputs: Dict;
	error: string | null;
	totalSteps: number;
	totalTokens: number;
	exceptionsCount: number;
	/** Milliseconds since the epoch. */
	createdAt: number;
	finishedAt: number | null;
}

export interface WorkflowLog {
	id: string;
	appId: string;
	runId: string;
	status: string;
	error: string | null;
	elapsedTime: number;
	totalTokens: number;
	totalSteps: number;
	exceptionsCount: number;
	triggeredFrom: string;
	createdFrom: string;
	createdByRole: 'end_user' | 'account';
	endUserId: string | null;
	account: { id: string; name: string; email: string } | null;
	/** Inputs and outputs as text: what `keyword` searches. */
	text: string;
	createdAt: number;
	finishedAt: number | null;
}

export interface HumanForm {
	id: string;
	/** The secret that drives the form; also kept for e-mail-only forms, whose token is not sent. */
	token: string;
	emailOnly: boolean;
	appId: string;
	runId: string;
	nodeId: string;
	nodeTitle: string;
	content: string;
	inputs: Dict[];
	actions: Array<{ id: string; title: string; button_style: string }>;
	defaults: Record<string, string>;
	/** Milliseconds since the epoch. */
	expiresAt: number;
	status: 'waiting' | 'submitted' | 'expired';
	submission: { action: string; inputs: Dict; user: string } | null;
}

/** A workspace account: annotations and logs refer to it by e-mail. */
export const OWNER = {
	id: '0b3d5c52-3f0e-4a3b-9c40-2f6f6f0f9a10',
	name: 'Workspace Owner',
	email: 'owner@chatflow.example',
};
