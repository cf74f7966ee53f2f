import type { IDataObject } from 'n8n-workflow';

import type { ErrorInfo } from '../../../shared/errors';
import { errorInText, MAX_ERROR_CHARACTERS } from '../../transport/errors';
import type { NodeRuns } from './nodeRun';
import type { TextPart } from './textPart';
import { partText } from './textPart';

/** What is known of one round: one message sent, and what came back for it. */
export interface RoundState extends NodeRuns {
	/** Whether the server has acknowledged the message; some never do. */
	acknowledged: boolean;
	dialogId?: string;
	taskId?: string;
	sessionId?: string;
	flowUuid?: string;
	flowName?: string;
	/** Whether a flow answers, not a plain robot. */
	inFlow: boolean;
	/** Every text of the round, in the order in which the texts began. */
	parts: TextPart[];
	/** Those of them that belong to no node: a plain robot's answer, texts between flow frames. */
	robotParts: TextPart[];
	/** The complete answer of a plugin, if it is an object. */
	answerData?: IDataObject;
	/** What the server calls the kind of its answer: `string` or `json`. */
	answerType?: string;
	/** Where the answer comes from, if the server says so, for example `QA`. */
	answerSource?: string;
	entities: IDataObject;
	variables: IDataObject;
	/** By their text: the same hit may come again. */
	onlineSearch: Map<string, IDataObject>;
	images: Set<string>;
	reasoning: string;
	waitingInput: boolean;
	flowEnded: boolean;
	jumpFlowUuid?: string;
	/** The conversation was handed over to a human, and how. */
	transfer?: IDataObject;
	/** What an upload node reports about itself. */
	fileUpload?: IDataObject;
	/** Which files the flow wants. */
	wantedFiles?: IDataObject;
	/**
	 * `done`: nothing more will come. `ending`: there was a sign of the end, and 002005 may follow
	 * within a short time. `open`: keep reading. See SERVER.md, "Ends of a round".
	 */
	phase: 'open' | 'ending' | 'done';
	error?: ErrorInfo;
	/** Why the answer may be incomplete. */
	warning?: string;
	/** Every frame as received, if it is to be kept. */
	events?: IDataObject[];
	/** Whether the welcome text was asked for. */
	welcome: boolean;
}

/** What is known of a round before it begins. */
export interface RoundOptions {
	/** Keeps every frame, for an item per event. */
	keepEvents?: boolean;
	welcome?: boolean;
	/** Whether the message names the flow that is to answer. */
	inFlow?: boolean;
}

/** A round in which nothing has arrived yet. */
export function startRound({
	keepEvents,
	welcome = false,
	inFlow = false,
}: RoundOptions = {}): RoundState {
	return {
		frames: 0,
		acknowledged: false,
		inFlow,
		parts: [],
		robotParts: [],
		nodes: [],
		latestRuns: new Map(),
		entities: {},
		variables: {},
		onlineSearch: new Map(),
		images: new Set(),
		reasoning: '',
		waitingInput: false,
		flowEnded: false,
		phase: 'open',
		welcome,
		...(keepEvents ? { events: [] } : {}),
	};
}

/** Ends the round with an error, unless it has one; what was received stays. */
export function failRound(state: RoundState, error: ErrorInfo): void {
	state.error ??= error;
	state.phase = 'done';
}

/**
 * Ends the round if the text that began last is that of an error. To be asked when it is complete: a
 * piece of an answer may look like anything.
 */
export function failIfErrorText(state: RoundState): void {
	const last = state.parts.at(-1);
	const error = last && errorInPart(last);
	if (error) failRound(state, error);
}

/** The error that a complete text is. A text of many chunks is too long for one, and costs time to put together. */
export function errorInPart(part: TextPart): ErrorInfo | undefined {
	return part.chunks.size > MAX_ERROR_CHARACTERS ? undefined : errorInText(partText(part));
}

/** Changes the texts of a node or of the robot; keeps the order in which the texts of the round began. */
export function addText(
	state: RoundState,
	parts: TextPart[],
	change: (parts: TextPart[]) => void,
): void {
	const before = parts.length;
	change(parts);
	state.parts.push(...parts.slice(before));
}

/**
 * The text of the round that a user sees: what nodes and robot said, joined by blank lines, without
 * texts that repeat the one before.
 */
export function roundText(state: RoundState): string {
	return state.parts
		.map(partText)
		.filter((text, i, texts) => text !== '' && text !== texts[i - 1])
		.join('\n\n');
}

/** Whether there is text that a user would miss. */
export function hasText(state: RoundState): boolean {
	return state.parts.some((part) => partText(part) !== '');
}
