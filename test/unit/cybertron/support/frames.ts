import type { IDataObject } from 'n8n-workflow';

import { parseFrame } from '../../../../nodes/Cybertron/run/state/frame';
import { reduceFrame } from '../../../../nodes/Cybertron/run/state/reduce';
import type { RoundOptions, RoundState } from '../../../../nodes/Cybertron/run/state/round';
import { startRound } from '../../../../nodes/Cybertron/run/state/round';

/** Takes frames, as texts or as objects, into one round. */
export function reduce(frames: Array<string | object>, options?: RoundOptions): RoundState {
	const state = startRound(options);
	for (const frame of frames) feed(state, frame);
	return state;
}

/** Takes one frame into a round; what is no frame is skipped, as on the wire. */
function feed(state: RoundState, frame: string | object): void {
	const parsed = parseFrame(typeof frame === 'string' ? frame : JSON.stringify(frame));
	if (parsed) reduceFrame(state, parsed);
}

export const taskAck = {
	code: '000000',
	type: 'json',
	index: -2,
	message: 'task send success,',
	data: { task_id: 't1' },
};

export function ack(dialogId = '1858406156273270784'): object {
	return {
		code: '000000',
		type: 'json',
		index: -1,
		message: 'send question success',
		data: { question: 'Q', dialog_id: dialogId },
	};
}

/** A fragment of a plain robot's answer. */
export function fragment(index: number, data: string): object {
	return { code: '000000', message: 'success', type: 'string', index, data, finish: 'n' };
}

/** The frame that ends a plain robot's answer. */
export function final(index: number, answer: unknown, type = 'string'): object {
	return { code: '000000', type: 'json', index, data: { type, answer }, finish: 'y' };
}

interface FlowFields {
	node?: string;
	nodeType?: string;
	answer?: string;
	data?: IDataObject;
	raw?: IDataObject;
}

/** A frame of the flow engine. */
export function flow(code: string, fields: FlowFields = {}): object {
	const { node, nodeType = 'answer', answer, data, raw } = fields;
	return {
		code: '000000',
		message: 'success',
		type: 'flow',
		index: 0,
		finish: 'y',
		...(node ? { node_type: nodeType, cur_node_id: node } : {}),
		data: {
			code,
			...(answer === undefined ? {} : { answer }),
			...(node ? { cur_node_id: node } : {}),
			...data,
		},
		...raw,
	};
}

/** A chunk of a streaming node. */
export function chunk(index: unknown, answer: string, finish = 'n', node = 'llm1'): object {
	return flow('000000', {
		node,
		nodeType: 'llm',
		answer,
		data: { node_stream: 1, node_answer_index: index as number, node_answer_finish: finish },
	});
}

export const terminator = {
	code: '000000',
	type: 'flow',
	index: 0,
	finish: 'y',
	data: { code: '002005', answer: 'current_communication_complete' },
};
