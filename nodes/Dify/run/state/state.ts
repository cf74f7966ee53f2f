import type { IDataObject } from 'n8n-workflow';

import type { OutputMode } from '../../../shared/fields';
import type { RunData, StreamError } from './event';
import { createThinkSplitter } from './think';
import type { ThinkSplitter } from './think';

/** What was asked to run: a message of a chat, the text of a Completion app, or a Workflow app. */
export type RunKind = 'chat' | 'completion' | 'workflow';

/** One execution of a node: in iterations and loops every pass is one. */
export interface NodeExecution {
	id: string;
	/** Repeats in iterations and loops. */
	nodeId: string;
	data: IDataObject;
	/** What this execution streamed to the user; kept only for an item per node. */
	text: string;
	retries: number;
	ended: boolean;
}

/** What an event did to the text that the user sees. */
export interface TextChange {
	text: string;
	/** Whether `text` takes the place of everything before it, instead of following it. */
	replaces: boolean;
}

/** What is known of one run and its answer while its stream is read. */
export interface RunState {
	kind: RunKind;
	taskId?: string;
	/** `id` of the answer; the same as the message's on real servers, another one in the specification. */
	replyId?: string;
	messageId?: string;
	conversationId?: string;
	workflowRunId?: string;
	/** Seconds since the epoch. */
	createdAt?: number;
	mode: string;
	/** Whether any event has arrived; pings are none. */
	seen: boolean;
	/** The text so far, without `<think>` blocks when they are split off. */
	answer: string;
	/** Splits `<think>` blocks off the text; `undefined` leaves the text as it is. */
	thinking?: ThinkSplitter;
	/** Whether moderation has replaced the text: what it withdrew must not come back. */
	moderated: boolean;
	/** The text of `<think>` blocks that were split off. */
	thought: string;
	metadata: IDataObject;
	files: IDataObject[];
	/** What tells the files apart, with their place in {@link files}. */
	fileKeys: Map<string, number>;
	/** Reasoning text by node id. */
	reasoning: Map<string, string>;
	/** Newest version of each thought of an agent app, by id. */
	agentThoughts: Map<string, IDataObject>;
	/** Whether a text came as `agent_message` that the next `message` repeats; once it has, it is false. */
	agentText?: boolean;
	warnings: string[];
	started: boolean;
	/** Whether the run went on after a pause. */
	resumed: boolean;
	messageEnded: boolean;
	/** `data` of `workflow_finished`. */
	finished?: RunData;
	/** `data` of `workflow_paused`. */
	paused?: RunData;
	/** Forms that wait for a human, by form id: `data` of `human_input_required`. */
	forms: Map<string, IDataObject>;
	/** Keys of {@link forms}, by the node that waits. */
	formsOfNode: Map<string, Set<string>>;
	error?: StreamError;
	/** Node executions by id; of a container that runs again and again, the newest. */
	executions: Map<string, NodeExecution>;
	/** Executions under way, by node id, the oldest first. */
	running: Map<string, Set<NodeExecution>>;
	/** The execution that ended last, by node id. */
	lastOf: Map<string, NodeExecution>;
	/** Answer nodes under way, the oldest first. */
	answering: Set<NodeExecution>;
	/** Node executions in the order in which they ended. */
	ended: NodeExecution[];
	/** Text of nodes of which no execution was announced yet; `''` for text that names no node. */
	unclaimed: Map<string, string>;
	/** The key of it that came last. */
	lastUnclaimed: string;
	/** Text that a replay told before any node was known to speak. */
	replayed: string;
	/** The execution that streamed the last piece of text. */
	speaker?: NodeExecution;
	/** Text that came as `text_chunk`: the answer when there is no other. */
	chunks: string;
	/** Output of the Answer node that ended last. */
	lastAnswerOutput?: string;
	/** Audio of text-to-speech auto-play, base64, in order; kept only when it is wanted. */
	audio?: string[];
	audioBegun: boolean;
	audioEnded: boolean;
	/** Whether node data and texts are kept whole (an item per node) or only as a short trace. */
	keepNodeData: boolean;
	/** Every event as received; kept only when the output is an item per event. */
	events?: IDataObject[];
	/** Whether the stream broke and the rest came by other calls. */
	recovered: boolean;
	/** Whether text is missing before what arrives now: the answer is whole only at the end. */
	hasGap: boolean;
	/** Whether the saved text lacked some that had been received, and was completed with it. */
	isPatched: boolean;
}

/** What of a stream is worth keeping. */
export interface StateOptions {
	/** A message of a chat if it is left out. */
	kind?: RunKind;
	keep?: OutputMode;
	/** Whether `<think>` blocks leave the answer. */
	separateThinking?: boolean;
	/** Whether spoken audio is kept. */
	keepAudio?: boolean;
}

/** A run of which nothing has arrived. */
export function startState(options: StateOptions = {}): RunState {
	return {
		kind: options.kind ?? 'chat',
		mode: options.kind === 'completion' ? 'completion' : 'advanced-chat',
		seen: false,
		answer: '',
		moderated: false,
		thought: '',
		...(options.separateThinking ? { thinking: createThinkSplitter() } : {}),
		metadata: {},
		files: [],
		fileKeys: new Map(),
		reasoning: new Map(),
		agentThoughts: new Map(),
		warnings: [],
		started: false,
		resumed: false,
		messageEnded: false,
		forms: new Map(),
		formsOfNode: new Map(),
		executions: new Map(),
		running: new Map(),
		lastOf: new Map(),
		answering: new Set(),
		ended: [],
		unclaimed: new Map(),
		lastUnclaimed: '',
		replayed: '',
		chunks: '',
		audioBegun: false,
		audioEnded: false,
		...(options.keepAudio ? { audio: [] } : {}),
		keepNodeData: options.keep === 'perNode',
		...(options.keep === 'events' ? { events: [] } : {}),
		recovered: false,
		hasGap: false,
		isPatched: false,
	};
}
