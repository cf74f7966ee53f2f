import type { IDataObject } from 'n8n-workflow';

import type { Problem } from '../../shared/errors';
import type { NodeRun } from './nodeRun';
import type { TextPart } from './textPart';

/** What is known of one round: one message sent, and what came back for it. */
export interface RoundState {
	/** Number of frames seen. */
	frames: number;
	/** Whether the server has acknowledged the message; some never do (facts 3.2). */
	acked: boolean;
	dialogId?: string;
	taskId?: string;
	sessionId?: string;
	flowUuid?: string;
	flowName?: string;
	/** Whether a flow answers, not a plain robot. */
	inFlow: boolean;
	/** Every text of the round, in the order in which the texts began. */
	spoken: TextPart[];
	/** Those of them that belong to no node: a plain robot's answer, texts between flow frames. */
	robot: TextPart[];
	/** The complete answer of a plugin, when it is an object. */
	answerData?: IDataObject;
	/** How the server calls the kind of its answer: `string` or `json`. */
	answerType?: string;
	/** Where the answer comes from, when the server tells, for example `QA` (facts 3.5). */
	answerSource?: string;
	nodes: NodeRun[];
	entities: IDataObject;
	variables: IDataObject;
	onlineSearch: IDataObject[];
	images: string[];
	reasoning: string;
	waitingInput: boolean;
	flowEnded: boolean;
	jumpFlowUuid?: string;
	/** The conversation was handed to a human (`data.code` 000301). */
	transfer?: IDataObject;
	/** The object in which a file-upload node says what it takes (facts 2.6). */
	fileUpload?: IDataObject;
	/**
	 * `done`: nothing more will come. `ending`: a sign of the end came, the terminator may follow
	 * within a short grace. `open`: keep reading. Source: facts 3.10.
	 */
	phase: 'open' | 'ending' | 'done';
	problem?: Problem;
	/** The answer may be incomplete, and why. */
	warning?: string;
	/** Every frame as received; kept only when the output is an item per event. */
	events?: IDataObject[];
	/** Whether the welcome text was asked for, which comes with a mark of its own (T21). */
	welcome: boolean;
}

/** What is known of a round before it begins; see {@link RoundState}. */
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
		acked: false,
		inFlow,
		spoken: [],
		robot: [],
		nodes: [],
		entities: {},
		variables: {},
		onlineSearch: [],
		images: [],
		reasoning: '',
		waitingInput: false,
		flowEnded: false,
		phase: 'open',
		welcome,
		...(keepEvents ? { events: [] } : {}),
	};
}

/** Ends the round with a failure; what was received stays. */
export function fail(state: RoundState, problem: Problem): void {
	state.problem ??= problem;
	state.phase = 'done';
}

/**
 * Lets a speaker say something and keeps the order in which texts began.
 *
 * @param parts The speaker's texts: a node's, or the robot's.
 */
export function speak(
	state: RoundState,
	parts: TextPart[],
	change: (parts: TextPart[]) => void,
): void {
	const before = parts.length;
	change(parts);
	state.spoken.push(...parts.slice(before));
}
