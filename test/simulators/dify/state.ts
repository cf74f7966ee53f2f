import { randomUUID } from 'node:crypto';
import { countUp } from '../shared/ring';
import type { StoredBytes } from './files/bytes';
import type { App, Dict } from './types';

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
	/** false for conversations that were not made through the API: never listed (facts 4). */
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

/** A workspace account: annotations and logs refer to it by e-mail (facts 4). */
export const OWNER = {
	id: '0b3d5c52-3f0e-4a3b-9c40-2f6f6f0f9a10',
	name: 'Workspace Owner',
	email: 'owner@chatflow.example',
};

/** Everything the simulated workspace remembers; plain records, open to tests. */
export class SimulatorState {
	readonly tenantId = randomUUID();
	readonly endUsers = new Map<string, EndUser>();
	readonly conversations = new Map<string, Conversation>();
	readonly messages = new Map<string, Message>();
	readonly files = new Map<string, StoredFile>();
	/** Uploaded files that were attached to a message, by upload id: only these have a preview. */
	readonly attachments = new Map<string, Message>();
	readonly runs = new Map<string, RunRecord>();
	readonly annotations = new Map<string, Annotation>();
	readonly annotationJobs = new Map<string, AnnotationJob>();
	readonly forms = new Map<string, HumanForm>();
	readonly feedbacks: Feedback[] = [];
	readonly logs: WorkflowLog[] = [];
	/** Accounts of the workspace; more may be pushed. */
	readonly accounts = [OWNER];
	/** How often a chat message was accepted, by its exact `query`. */
	readonly accepted = new Map<string, number>();
	acceptedTotal = 0;
	private readonly sessions = new Map<string, EndUser>();
	private sequence = 0;

	constructor(public apps: App[]) {}

	nextSequence(): number {
		this.sequence += 1;
		return this.sequence;
	}

	/** Every variable of every conversation, in the order they were made. */
	get variables(): ConversationVariable[] {
		return [...this.conversations.values()].flatMap((conversation) => conversation.variables);
	}

	appByKey(key: string): App | undefined {
		return this.apps.find((app) => app.key === key);
	}

	/** The end user of `session` within one app; made on first use. Blank means DEFAULT-USER. */
	endUser(app: App, session: string | undefined): EndUser {
		const sessionId = session ? session : 'DEFAULT-USER';
		const key = `${app.id}\n${sessionId}`;
		const known = this.sessions.get(key);
		if (known) return known;
		const now = Date.now();
		const created: EndUser = {
			id: randomUUID(),
			appId: app.id,
			sessionId,
			isAnonymous: sessionId === 'DEFAULT-USER',
			createdAt: now,
			updatedAt: now,
		};
		this.sessions.set(key, created);
		this.endUsers.set(created.id, created);
		return created;
	}

	/** A conversation of this app and user that was not deleted. */
	conversationOf(app: App, user: EndUser, id: string): Conversation | undefined {
		const found = this.conversations.get(id);
		const mine = found && found.appId === app.id && found.endUserId === user.id;
		return mine && !found.deleted && found.fromApi ? found : undefined;
	}

	messageOf(app: App, user: EndUser, id: string): Message | undefined {
		const found = this.messages.get(id);
		return found && found.appId === app.id && found.endUserId === user.id ? found : undefined;
	}

	newConversation(app: App, user: EndUser, inputs: Dict, now = Date.now()): Conversation {
		const id = randomUUID();
		const conversation: Conversation = {
			id,
			appId: app.id,
			endUserId: user.id,
			seq: this.nextSequence(),
			name: 'New conversation',
			autoNamed: false,
			inputs,
			status: 'normal',
			introduction: app.openingStatement ?? '',
			createdAt: now,
			updatedAt: now,
			deleted: false,
			fromApi: true,
			messageIds: [],
			variables: [],
		};
		if (app.mode === 'advanced-chat') {
			conversation.variables = app.conversationVariables.map((spec) => ({
				id: randomUUID(),
				conversationId: id,
				name: spec.name,
				valueType: spec.value_type,
				value: structuredClone(spec.value),
				description: spec.description,
				createdAt: now,
				updatedAt: now,
			}));
		}
		this.conversations.set(id, conversation);
		return conversation;
	}

	addMessage(message: Message): void {
		this.messages.set(message.id, message);
		for (const file of message.files) {
			if (file.uploadFileId) this.attachments.set(file.uploadFileId, message);
		}
		const conversation = this.conversations.get(message.conversationId);
		if (!conversation) return;
		conversation.messageIds.push(message.id);
		conversation.updatedAt = Math.max(conversation.updatedAt, message.createdAt);
	}

	/** Remembers that a chat message was accepted for execution. */
	accept(query: string): void {
		this.acceptedTotal += 1;
		countUp(this.accepted, query);
	}

	feedbackOf(messageId: string): Feedback | undefined {
		return this.feedbacks.find((feedback) => feedback.messageId === messageId);
	}
}

/**
 * A time as Python's `isoformat()` of a naive UTC datetime writes it: microseconds and no zone;
 * with `zone` as the specification's examples show it.
 */
export function isoTime(milliseconds: number, zone: boolean): string {
	const iso = new Date(milliseconds).toISOString();
	return zone ? iso.replace(/\.\d+Z$/, 'Z') : iso.replace('Z', '000');
}

/** Whole seconds since the epoch. */
export function seconds(milliseconds: number): number {
	return Math.floor(milliseconds / 1000);
}
