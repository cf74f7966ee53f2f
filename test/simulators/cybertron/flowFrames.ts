import { dateText } from './clock';
import { completeFrame, flowFrame } from './frames';
import type { FlowNode, FlowRun } from './flowTypes';
import type { FrameStep, JsonObject } from './steps';

/** The id of the start node; the printed examples use several lengths of it. */
export const START_NODE = 'start0000000000000000000000';

/** What stays the same for all frames of one round. */
export interface RoundFacts {
	dialogId: string;
	startedAt: number;
	debug: boolean;
	/** Write `Answer` instead of `answer` on node outputs that are not streamed. */
	upperAnswer: boolean;
}

/** The parts of a flow frame that differ from frame to frame. */
export interface NodeFrame {
	code: string;
	answer: string;
	/** Node the frame belongs to; the start node when missing. */
	node?: FlowNode;
	stage?: 'flow_enter' | 'flow_running' | 'flow_exit';
	/** Replaces the three text fields of `output`, or all of it on enter and exit. */
	asking?: string;
	userText?: string;
	replying?: string;
	waiting?: boolean;
	stream?: { index: number; finish: 'y' | 'n' };
	upload?: JsonObject;
	/** Further fields of `data`. */
	extra?: JsonObject;
}

function times(startedAt: number): JsonObject {
	const text = dateText(startedAt);
	return {
		response_create_time: text,
		response_create_time_timestamp: String(startedAt),
		response_update_time: text,
		response_update_time_timestamp: String(startedAt),
	};
}

function output(run: FlowRun, frame: NodeFrame): JsonObject {
	if (frame.stage === 'flow_enter') return {};
	const collected = { inputs: run.inputs, variables: run.variables, entities: run.entities };
	if (frame.stage === 'flow_exit') return collected;
	return {
		...collected,
		robot_user_asking: frame.asking ?? '',
		user_robot_replying: frame.userText ?? '',
		robot_user_replying: frame.replying ?? '',
	};
}

/** Node ids as the examples give them: a node's frames name the node before it as their parent. */
function nodeIds(run: FlowRun, frame: NodeFrame): { target: string; source: string } {
	if (!frame.node) return { target: START_NODE, source: START_NODE };
	const isOwnParent = frame.stage === 'flow_exit' || frame.node.kind === 'file_upload';
	return { target: frame.node.id, source: isOwnParent ? frame.node.id : run.previousNodeId };
}

function nodeTitle(run: FlowRun, frame: NodeFrame): string | null {
	if (!frame.node) return run.flow.name;
	return frame.node.kind === 'flow_code' ? '' : null;
}

/** Builds one frame of a flow in the field order of the printed examples. */
export function nodeFrame(run: FlowRun, round: RoundFacts, frame: NodeFrame): FrameStep {
	const { target, source } = nodeIds(run, frame);
	const stage = frame.stage ?? 'flow_running';
	const isEdge = stage !== 'flow_running';
	const isUpper = round.upperAnswer && frame.code === '000000' && !frame.stream;
	const answerKey = isUpper ? 'Answer' : 'answer';
	const uploadFields = frame.upload ? { file_upload: frame.upload } : {};
	return flowFrame({
		dialogId: round.dialogId,
		...(frame.stream ? { flowRedisKey: `215_${run.sessionId}` } : {}),
		data: {
			final: true,
			id: null,
			...times(round.startedAt),
			flow_uuid: run.flow.uuid,
			history: run.history,
			output: output(run, frame),
			[answerKey]: frame.answer,
			content_type: 'text',
			session_id: run.sessionId,
			flow_stage: stage,
			code: frame.code,
			node_stream: frame.stream ? 1 : 0,
			node_answer_finish: frame.stream?.finish ?? 'y',
			node_answer_index: frame.stream?.index ?? 0,
			...uploadFields,
			...frame.extra,
			target_node_id: target,
			source_node_id: source,
			cur_node_id: target,
			parent_node_id: source,
		},
		top: {
			cur_node_id: target,
			node_id: source,
			debug: round.debug ? 1 : 0,
			node_developer: 0,
			flow_name: run.flow.name,
			node_type: frame.node?.kind ?? 'start',
			node_title: nodeTitle(run, frame),
			...(isEdge ? {} : { node_waiting: frame.waiting === true && frame.code === '002004' }),
			...(frame.upload ? { flow_jump: 0, ...uploadFields } : {}),
			parent_node_id: source,
			node_waiting_input: frame.waiting ? 1 : 0,
			...(frame.upload ? { node_waiting_jump: 0 } : {}),
		},
	});
}

/** The frame that ends every round of a flow. */
export function roundComplete(run: FlowRun): FrameStep {
	return completeFrame(run.firstDialogId);
}
