import type { JsonObject } from './steps';

/** One value that an extractor node collects from the user. */
export interface Slot {
	entity: string;
	prompt: string;
	/** The value in the user's text, or undefined to ask again. */
	extract(text: string): string | undefined;
}

/** What a code node yields. */
export interface CodeResult {
	/** The `answer` of its debug frame (JSON text). */
	debug: string;
	variables: JsonObject;
}

/** A node of a simulated flow; nodes run in the order of the list. */
export type FlowNode = { id: string } & (
	| { kind: 'answer'; text(run: FlowRun): string }
	| { kind: 'parameter_extractor'; slots: Slot[] }
	| { kind: 'flow_code'; run(run: FlowRun): CodeResult }
	/** Streams a reply and waits for the next message, round after round. */
	| { kind: 'llm'; reply(text: string): string }
	| { kind: 'file_upload'; instruction: string; categories: JsonObject[] }
);

export interface FlowDefinition {
	uuid: string;
	name: string;
	nodes: FlowNode[];
}

/** A `history[]` entry of a flow frame. */
export interface HistoryRow {
	timestamp: number;
	time_date: string;
	node_id: string;
	robot_user_replying: string;
	robot_user_asking: string;
	user_robot_replying: string;
}

/** A flow in progress in one segment. */
export interface FlowRun {
	flow: FlowDefinition;
	sessionId: string;
	/** The dialog id of the first round, which every 002005 repeats. */
	firstDialogId: string;
	/** Index of the node to run, or that waits. */
	position: number;
	/** True between a 002004 and the user's next message. */
	waiting: boolean;
	/** Id of the node that ran before the current one. */
	previousNodeId: string;
	/** The question that was asked last; it enters the history only in the round after its answer. */
	asked: string;
	history: HistoryRow[];
	inputs: JsonObject;
	variables: JsonObject;
	entities: Record<string, string>;
	/** A submitted upload is to fail (directive upload-fail). */
	uploadFails: boolean;
	/** The socket that the flow was started on, for servers that forget it with the socket. */
	connection: number;
}
