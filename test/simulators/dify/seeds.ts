import { randomUUID } from 'node:crypto';
import type { SimulatorCore } from './core';
import { bytesInMemory, patternBytes } from './files/bytes';
import { extensionOf } from './files/kinds';
import type { KnowledgeBase, KnowledgeDocument } from './knowledge/records';
import {
	seedBase,
	seedDocument,
	type DocumentSeed,
	type KnowledgeBaseSeed,
} from './knowledge/seeding';
import { wholeSecond } from './postgres';
import {
	OWNER,
	type Annotation,
	type Conversation,
	type ConversationVariable,
	type Feedback,
	type Message,
	type StoredFile,
	type WorkflowLog,
} from './state';
import type { App } from './types';

/** Which app a seed goes to, by key; the first app by default. Times are ms since the epoch. */
interface SeedBase {
	app?: string;
	user?: string;
	createdAt?: number;
}

export interface ConversationSeed extends SeedBase {
	name?: string;
	/** false: made in the web app, so the API does not list it. */
	fromApi?: boolean;
}

export interface MessageSeed extends SeedBase {
	/** Missing: a new conversation. */
	conversationId?: string;
	query?: string;
	answer?: string;
	status?: Message['status'];
	error?: string | null;
}

export interface FeedbackSeed extends SeedBase {
	/** Missing: a new message. */
	messageId?: string;
	rating?: Feedback['rating'];
	content?: string | null;
}

export interface LogSeed extends SeedBase {
	status?: string;
	error?: string | null;
	text?: string;
	elapsedTime?: number;
	triggeredFrom?: string;
	/** Written by the workspace owner instead of an end user. */
	byAccount?: boolean;
}

export interface AnnotationSeed extends SeedBase {
	question?: string;
	answer?: string;
	hitCount?: number;
}

export interface VariableSeed extends SeedBase {
	conversationId: string;
	name: string;
	valueType: string;
	value: unknown;
	description?: string;
}

export interface FileSeed extends SeedBase {
	name?: string;
	mimeType?: string;
	/** The content as text; or a size in bytes for a large file of a fixed pattern. */
	content?: string;
	size?: number;
	/** Attach it to a message, so that its preview works. */
	attach?: boolean;
}

/** When a row was written, as the database keeps it. */
function timeOf({ createdAt = Date.now() }: SeedBase): number {
	return wholeSecond(createdAt);
}

/** Puts things into the simulated workspace that no call has made. */
export class Seeder {
	constructor(private readonly core: SimulatorCore) {}

	private app(seed: SeedBase): App {
		const { state } = this.core;
		const found = seed.app ? state.appByKey(seed.app) : state.apps[0];
		if (!found) throw new Error(`no app with key ${seed.app ?? ''}`);
		return found;
	}

	conversation(seed: ConversationSeed = {}): Conversation {
		const { state } = this.core;
		const app = this.app(seed);
		const user = state.endUser(app, seed.user ?? 'seed-user');
		const conversation = state.newConversation(app, user, {}, timeOf(seed));
		conversation.name = seed.name ?? 'Seeded conversation';
		conversation.autoNamed = true;
		conversation.fromApi = seed.fromApi ?? true;
		return conversation;
	}

	message(seed: MessageSeed = {}): Message {
		const { state } = this.core;
		const conversation =
			state.conversations.get(seed.conversationId ?? '') ?? this.conversation(seed);
		const message: Message = {
			id: randomUUID(),
			appId: conversation.appId,
			conversationId: conversation.id,
			endUserId: conversation.endUserId,
			parentMessageId: conversation.messageIds.at(-1) ?? null,
			taskId: randomUUID(),
			workflowRunId: null,
			query: seed.query ?? 'Seeded question',
			inputs: {},
			answer: seed.answer ?? 'Seeded answer',
			status: seed.status ?? 'normal',
			error: seed.error ?? null,
			files: [],
			retrieverResources: [],
			agentThoughts: [],
			extraContents: [],
			createdAt: timeOf(seed),
		};
		state.addMessage(message);
		return message;
	}

	feedback(seed: FeedbackSeed = {}): Feedback {
		const { state } = this.core;
		const message = state.messages.get(seed.messageId ?? '') ?? this.message(seed);
		const createdAt = timeOf(seed);
		const feedback: Feedback = {
			id: randomUUID(),
			appId: message.appId,
			conversationId: message.conversationId,
			messageId: message.id,
			rating: seed.rating ?? 'like',
			content: seed.content ?? null,
			endUserId: message.endUserId,
			accountId: null,
			createdAt,
			updatedAt: createdAt,
		};
		state.feedbacks.push(feedback);
		return feedback;
	}

	/** A workflow log; for a Chatflow app only this can make one. */
	log(seed: LogSeed = {}): WorkflowLog {
		const { state } = this.core;
		const app = seed.app
			? this.app(seed)
			: (state.apps.find((entry) => entry.mode === 'workflow') ?? this.app(seed));
		const createdAt = timeOf(seed);
		const elapsedTime = seed.elapsedTime ?? 1.23;
		const log: WorkflowLog = {
			id: randomUUID(),
			appId: app.id,
			runId: randomUUID(),
			status: seed.status ?? 'succeeded',
			error: seed.error ?? null,
			elapsedTime,
			totalTokens: 150,
			totalSteps: 3,
			exceptionsCount: 0,
			triggeredFrom: seed.triggeredFrom ?? 'app-run',
			createdFrom: 'service-api',
			createdByRole: seed.byAccount ? 'account' : 'end_user',
			endUserId: seed.byAccount ? null : state.endUser(app, seed.user ?? 'seed-user').id,
			account: seed.byAccount ? { ...OWNER } : null,
			text: seed.text ?? '',
			createdAt,
			finishedAt: seed.status === 'running' ? null : createdAt + elapsedTime * 1000,
		};
		state.logs.push(log);
		return log;
	}

	annotation(seed: AnnotationSeed = {}): Annotation {
		const annotation: Annotation = {
			id: randomUUID(),
			appId: this.app(seed).id,
			question: seed.question ?? 'Seeded question',
			answer: seed.answer ?? 'Seeded answer',
			hitCount: seed.hitCount ?? 0,
			createdAt: timeOf(seed),
		};
		this.core.state.annotations.set(annotation.id, annotation);
		return annotation;
	}

	variable(seed: VariableSeed): ConversationVariable {
		const conversation = this.core.state.conversations.get(seed.conversationId);
		if (!conversation) throw new Error(`no conversation ${seed.conversationId}`);
		const createdAt = timeOf(seed);
		const variable: ConversationVariable = {
			id: randomUUID(),
			conversationId: conversation.id,
			name: seed.name,
			valueType: seed.valueType,
			value: seed.value,
			description: seed.description ?? '',
			createdAt,
			updatedAt: createdAt,
		};
		conversation.variables.push(variable);
		return variable;
	}

	/** An uploaded file; with `size` of any size without storage, e.g. 1 GiB. */
	file(seed: FileSeed = {}): StoredFile {
		const { state } = this.core;
		const app = this.app(seed);
		const name = seed.name ?? 'seed.txt';
		const stored: StoredFile = {
			id: randomUUID(),
			appId: app.id,
			endUserId: state.endUser(app, seed.user ?? 'seed-user').id,
			name,
			extension: extensionOf(name),
			mimeType: seed.mimeType ?? 'text/plain',
			bytes:
				seed.size === undefined
					? bytesInMemory(Buffer.from(seed.content ?? 'seeded'))
					: patternBytes(seed.size),
			createdAt: timeOf(seed),
			generated: false,
		};
		state.files.set(stored.id, stored);
		if (seed.attach ?? true) state.attachments.set(stored.id, this.message(seed));
		return stored;
	}

	/** A knowledge base, e.g. with 1,001 documents that are indexed. */
	knowledgeBase(seed: KnowledgeBaseSeed = {}): KnowledgeBase {
		return seedBase(this.core, seed);
	}

	/** A document of a knowledge base, indexed unless its text says otherwise. */
	document(seed: DocumentSeed = {}): KnowledgeDocument {
		return seedDocument(this.core, seed);
	}
}
