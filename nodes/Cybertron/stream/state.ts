import type { IDataObject } from 'n8n-workflow';

import type { Problem } from '../../shared/errors';
import type { NodeRun } from './nodeRun';

/** What is known of one round: one message sent, and what came back for it. */
export interface RoundState {
	/** Number of frames seen. */
	frames: number;
	dialogId?: string;
	taskId?: string;
	sessionId?: string;
	flowUuid?: string;
	flowName?: string;
	/** Answer fragments of a plain robot, by index. */
	fragments: Map<number, string>;
	/** The complete answer of a plain robot, once it came: a text, or a plugin's object. */
	answer?: IDataObject[string];
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
}

/** A round in which nothing has arrived yet. */
export function startRound(options: { keepEvents?: boolean } = {}): RoundState {
	return {
		frames: 0,
		fragments: new Map(),
		nodes: [],
		entities: {},
		variables: {},
		onlineSearch: [],
		images: [],
		reasoning: '',
		waitingInput: false,
		flowEnded: false,
		phase: 'open',
		...(options.keepEvents ? { events: [] } : {}),
	};
}

/** Ends the round with a failure; what was received stays. */
export function fail(state: RoundState, problem: Problem): void {
	state.problem = problem;
	state.phase = 'done';
}
