import { randomUUID } from 'node:crypto';
import { countUp } from '../shared/ring';
import { KnowledgeStore } from './knowledge/store';
import { wholeSecond } from './postgres';
import {
	OWNER,
	type Annotation,
	type AnnotationJob,
	type Conversation,
	type EndUser,
	type Feedback,
	type HumanForm,
	type Message,
	type RunRecord,
	type StoredFile,
	type WorkflowLog,
} from './records';
import type { App, Dict } from './types';

export * from './records';

/** Until a new end user is saved, other requests do not see it and make one of their own. */
const COMMIT_MS = 20;

interface KnownUser {
	user: EndUser;
	/** When others see it: after its request, or when it is saved. */
	since: number;
}

/** Who asks for an end user: a request that came at `arrived`. */
interface UserRequest {
	arrived: number;
	onEnd: (end: () => void) => void;
}

/** Everything the simulated workspace remembers; plain records, open to tests. */
export class SimulatorState {
	readonly tenantId = randomUUID();
	readonly knowledge = new KnowledgeStore();
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
	private readonly sessions = new Map<string, KnownUser[]>();
	private sequence = 0;

	constructor(public apps: App[]) {}

	nextSequence(): number {
		this.sequence += 1;
		return this.sequence;
	}

	/** Every variable of every conversation, in the order they were made. */
	get variables(): Conversation['variables'] {
		return [...this.conversations.values()].flatMap((conversation) => conversation.variables);
	}

	appByKey(key: string): App | undefined {
		return this.apps.find((app) => app.key === key);
	}

	/** The end user of `session` within one app; made on first use. Blank means DEFAULT-USER. */
	endUser(app: App, session: string | undefined, request?: UserRequest): EndUser {
		const sessionId = session ? session : 'DEFAULT-USER';
		const key = `${app.id}\n${sessionId}`;
		const users = this.sessions.get(key) ?? [];
		const arrived = request?.arrived ?? Infinity;
		const known = users.find(({ since }) => since <= arrived);
		if (known) return known.user;
		const now = Date.now();
		const created: EndUser = {
			id: randomUUID(),
			appId: app.id,
			sessionId,
			isAnonymous: sessionId === 'DEFAULT-USER',
			createdAt: now,
			updatedAt: now,
		};
		const entry = { user: created, since: request ? performance.now() + COMMIT_MS : 0 };
		request?.onEnd(() => (entry.since = Math.min(entry.since, performance.now())));
		this.sessions.set(key, [...users, entry]);
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

	newConversation(
		app: App,
		user: EndUser,
		inputs: Dict,
		now = wholeSecond(Date.now()),
	): Conversation {
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
