import { dateText } from './clock';
import type { FrameStep, JsonObject } from './steps';

/**
 * Builders for the frames of Cybertron/SERVER.md. The field order is that of the printed examples.
 * Flow frames carry their 19-digit dialog id as a bare number, which JSON.stringify
 * cannot print, so that one field is written by hand.
 */

const SUCCESS = '000000';

/** Variants of the two acknowledgements. */
export interface AckOptions {
	/** `400000` on acknowledgements although nothing failed. */
	code?: string;
	/** Adds the row id and the creation times that some servers send along. */
	detailed?: boolean;
}

/** "Task accepted", index -2. */
export function taskAck(taskId: string, options: AckOptions = {}): FrameStep {
	const frame = {
		code: options.code ?? SUCCESS,
		message: 'task send success,',
		type: 'json',
		index: -2,
		data: { task_id: taskId },
	};
	return { do: 'frame', index: -2, text: JSON.stringify(frame) };
}

/** "Question accepted", index -1; here the dialog id is a string. */
export function questionAck(
	question: string,
	dialogId: string,
	options: AckOptions = {},
): FrameStep {
	const frame = {
		code: options.code ?? SUCCESS,
		message: 'send question success',
		index: -1,
		type: 'json',
		data: { question, dialog_id: dialogId, ...(options.detailed ? ackDetails() : {}) },
	};
	return { do: 'frame', index: -1, text: JSON.stringify(frame) };
}

function ackDetails(): JsonObject {
	const now = Date.now();
	return {
		id: '198790',
		response_create_time: dateText(now),
		response_create_time_timestamp: String(now),
		response_update_time: dateText(now),
		response_update_time_timestamp: String(now),
	};
}

/** What varies between frames of a robot without a flow. */
export interface PlainFrame {
	dialogId: string;
	type: string;
	index: number;
	data: unknown;
	finish?: 'y' | 'n';
}

/** A frame of a plain dialog; here the dialog id is a string. */
export function plainFrame({ dialogId, type, index, data, finish = 'n' }: PlainFrame): FrameStep {
	const text = JSON.stringify({
		code: SUCCESS,
		message: 'success',
		dialog_id: dialogId,
		type,
		index,
		data,
		finish,
	});
	return { do: 'frame', index, text };
}

/** What varies between flow frames. `top` follows `finish`, `flowRedisKey` precedes `code`. */
export interface FlowFrame {
	dialogId: string;
	data: JsonObject & { code: string };
	top?: JsonObject;
	flowRedisKey?: string;
}

/** A frame of type flow with its dialog id as a bare number. */
export function flowFrame({ dialogId, data, top = {}, flowRedisKey }: FlowFrame): FrameStep {
	const redisKey = flowRedisKey ? `"flow_redis_key":${JSON.stringify(flowRedisKey)},` : '';
	const rest = JSON.stringify({ type: 'flow', index: 0, data, finish: 'y', ...top });
	const text = `{${redisKey}"code":"${SUCCESS}","message":"success","dialog_id":${dialogId},${rest.slice(1)}`;
	return { do: 'frame', index: 0, code: data.code, text };
}

/** Frame 002005: the round is over. It repeats the flow's first dialog id. */
export function completeFrame(firstDialogId: string): FrameStep {
	return flowFrame({
		dialogId: firstDialogId,
		data: {
			code: '002005',
			answer: 'current_communication_complete',
			content_type: 'text',
			node_stream: 0,
			node_answer_finish: 'y',
			node_answer_index: 0,
		},
	});
}

/** A refusal by the protocol layer: top-level code 4xxxxx or 5xxxxx. */
export function errorFrame(code: string, message: string): FrameStep {
	return { do: 'frame', text: JSON.stringify({ code, message, data: null }) };
}

/** The answer to a heartbeat; it has no index. */
export function pongFrame(): FrameStep {
	const frame = { code: SUCCESS, message: 'success', type: 'heartbeat', data: 'pong' };
	return { do: 'frame', text: JSON.stringify(frame) };
}

/** Cuts a text into fragments as a model streams them: words, or pairs of characters. */
export function fragments(text: string): string[] {
	const words = text.match(/\s*\S+\s*/g) ?? [];
	if (words.length > 1) return words;
	const characters = [...text];
	const pairs: string[] = [];
	for (let i = 0; i < characters.length; i += 2) pairs.push(characters.slice(i, i + 2).join(''));
	return pairs;
}
