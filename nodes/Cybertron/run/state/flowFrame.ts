import type { IDataObject } from 'n8n-workflow';

import { asObject, asText, isObject, pick } from '../../../shared/values';
import { sixDigits } from '../../transport/errors';
import { answerOf, nodeText } from './answer';
import type { ReceivedFrame } from './receivedFrame';
import { numberOf } from './receivedFrame';
import type { Chunk } from './textPart';

/** What a frame of the flow engine holds (SERVER.md, "Flow frames"). Any of it may be missing. */
export interface FlowFields {
	/** What happened (SERVER.md, "Flow codes"): six digits. */
	code: string;
	/** The message of the frame itself. */
	message: string;
	sessionId?: string;
	flowUuid?: string;
	flowName?: string;
	/** The node that it is about. */
	nodeId?: string;
	nodeType?: string;
	nodeTitle?: string;
	/** What the node says; empty if nothing. */
	text: string;
	/** `answer` alone, without the texts in `output` that stand in for it. */
	answer: string;
	/** The piece of text, if the node streams. */
	chunk?: Chunk;
	/** The question that the node asked. */
	asked?: string;
	/** Whether a flag says that the node waits for the user. */
	waitsForInput: boolean;
	/** What the flow knows so far. */
	entities: IDataObject;
	variables: IDataObject;
	/** The flow that a jump leads to, if it is not named in the text. */
	jumpFlowUuid?: string;
	/** Who takes over, if the conversation goes to a human: `manual_reply`, `trigger_condition` and so on. */
	handover?: IDataObject;
	/** Reports of an upload node about itself, each with a `code` and a `message`. */
	uploads: IDataObject[];
	/** Whether the frame is about an upload. */
	isUpload: boolean;
}

/** The code of a transfer to a human. */
export const HANDOVER = '000301';
const HANDOVER_FIELDS = [
	'manual_reply',
	'trigger_condition',
	'manua_reply_name',
	'manual_reply_name',
];

export function readFlowFields({ data, raw, message }: ReceivedFrame): FlowFields {
	const code = sixDigits(data.code);
	const output = asObject(data.output);
	const answer = asText(answerOf(data)) ?? '';
	return {
		code,
		message,
		sessionId: asText(data.session_id),
		flowUuid: asText(data.flow_uuid),
		flowName: asText(raw.flow_name),
		nodeId: asText(data.cur_node_id) ?? asText(raw.cur_node_id) ?? asText(raw.node_id),
		nodeType: asText(raw.node_type),
		nodeTitle: asText(raw.node_title),
		text: nodeText(data),
		answer,
		chunk: Number(data.node_stream) === 1 ? chunkOf(data, answer) : undefined,
		asked: asText(output.robot_user_asking),
		waitsForInput: Number(raw.node_waiting_input) === 1,
		entities: asObject(output.entities),
		variables: asObject(output.variables),
		jumpFlowUuid: asText(data.jump_flow_uuid) ?? asText(raw.jump_flow_uuid),
		handover: code === HANDOVER ? pick({ ...raw, ...data }, HANDOVER_FIELDS) : undefined,
		uploads: [raw.file_upload, data.file_upload].filter(isFilled),
		isUpload:
			raw.node_type === 'file_upload' ||
			[raw.file_upload, data.file_upload, data.upload_file_categories].some(Boolean),
	};
}

/** The text of a chunk is `answer` alone: `output` repeats other texts while a node streams. */
function chunkOf(data: IDataObject, text: string): Chunk {
	return { index: numberOf(data.node_answer_index), text, last: data.node_answer_finish === 'y' };
}

function isFilled(value: unknown): value is IDataObject {
	return isObject(value) && Object.keys(value).length > 0;
}
