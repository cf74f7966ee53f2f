import type { IDataObject } from 'n8n-workflow';

/** One execution of a node: in iterations and loops every pass is one. */
export interface NodeExecution {
	/** Id of the execution (`data.id`), which is unique; `node_id` repeats in iterations (facts 3.4). */
	id: string;
	nodeId: string;
	data: IDataObject;
	/** What this execution streamed to the user. */
	text: string;
	retries: number;
	ended: boolean;
}

/** An `error` event, in the server's words; early failures carry neither code nor ids (facts 3.3). */
export interface StreamError {
	code?: string;
	status?: string;
	message: string;
}

/** What is known of one answer while its stream is read. */
export interface ChatState {
	taskId?: string;
	messageId?: string;
	conversationId?: string;
	workflowRunId?: string;
	createdAt?: number;
	mode: string;
	/** The text so far. */
	answer: string;
	metadata: IDataObject;
	files: IDataObject[];
	/** Reasoning text by node id. */
	reasoning: Map<string, string>;
	warnings: string[];
	started: boolean;
	messageEnded: boolean;
	/** `data` of `workflow_finished`. */
	finished?: IDataObject;
	/** `data` of `workflow_paused`. */
	paused?: IDataObject;
	/** Forms that wait for a human: `data` of `human_input_required`. */
	forms: IDataObject[];
	error?: StreamError;
	/** Node executions by id, those under way included. */
	executions: Map<string, NodeExecution>;
	/** Node executions in the order in which they ended. */
	ended: NodeExecution[];
	/** Text of nodes of which no execution was announced yet. */
	unclaimed: Map<string, string>;
	lastAnswerOutput?: string;
	/** Audio of text-to-speech auto-play, base64, in order. */
	audio: string[];
	audioEnded: boolean;
	/** Whether node data and texts are kept whole (an item per node) or only as a short trace. */
	keepNodeData: boolean;
	/** Every event as received; kept only when the output is an item per event. */
	events?: IDataObject[];
}

/** A stream of which nothing has arrived. */
export function startState(keep: 'aggregated' | 'perNode' | 'events' = 'aggregated'): ChatState {
	return {
		mode: 'advanced-chat',
		answer: '',
		metadata: {},
		files: [],
		reasoning: new Map(),
		warnings: [],
		started: false,
		messageEnded: false,
		forms: [],
		executions: new Map(),
		ended: [],
		unclaimed: new Map(),
		audio: [],
		audioEnded: false,
		keepNodeData: keep === 'perNode',
		...(keep === 'events' ? { events: [] } : {}),
	};
}
