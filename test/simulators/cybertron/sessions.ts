import type { FlowRun } from './flowTypes';
import type { IdSource } from './ids';

/** One question and its answer, as kept by the server. */
export interface Dialog {
	dialogId: string;
	question: string;
	answer: string;
	messageSource: string;
	at: number;
}

/** A session of one user with one robot. */
export interface Segment {
	code: string;
	owner: string;
	userCode: string;
	messageSource: string;
	createdAt: number;
	/** Moment of the last use; the latest one is continued when a message names no segment. */
	usedAt: number;
	dialogs: Dialog[];
	flow?: FlowRun;
	/** Number of rounds that scripts have played in this segment, by script name. */
	scriptRounds: Map<string, number>;
}

export interface SessionStore {
	/** The named segment, or the latest one, or a new one. */
	resolve(owner: string, userCode: string, code: string, messageSource: string): Segment;
	create(owner: string, userCode: string, messageSource: string): Segment;
	find(owner: string, code: string): Segment | undefined;
	/** A robot user's segments, latest first. */
	list(owner: string): Segment[];
	clear(): void;
}

/** Keeps segments by robot and user; `owner` identifies both. */
export function createSessionStore(ids: IdSource): SessionStore {
	const segments = new Map<string, Segment>();
	let uses = 0;
	const keyOf = (owner: string, code: string) => `${owner}\n${code}`;

	function add(owner: string, userCode: string, code: string, messageSource: string): Segment {
		const segment: Segment = {
			code,
			owner,
			userCode,
			messageSource,
			createdAt: Date.now(),
			usedAt: (uses += 1),
			dialogs: [],
			scriptRounds: new Map(),
		};
		segments.set(keyOf(owner, code), segment);
		return segment;
	}

	const list = (owner: string) =>
		[...segments.values()]
			.filter((segment) => segment.owner === owner)
			.sort((a, b) => b.usedAt - a.usedAt);

	return {
		resolve(owner, userCode, code, messageSource) {
			const known = code ? segments.get(keyOf(owner, code)) : list(owner)[0];
			const segment = known ?? add(owner, userCode, code || ids.nextUuid(), messageSource);
			segment.usedAt = uses += 1;
			return segment;
		},
		create: (owner, userCode, messageSource) => add(owner, userCode, ids.nextUuid(), messageSource),
		find: (owner, code) => segments.get(keyOf(owner, code)),
		list,
		clear: () => segments.clear(),
	};
}
