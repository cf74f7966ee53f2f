import type { IDataObject } from 'n8n-workflow';

import type { NodeRun } from './nodeRun';
import { runText } from './nodeRun';
import type { RoundState } from './round';
import { roundText } from './round';

/** A round and the message that began it. */
export interface Round {
	question: string;
	state: RoundState;
}

/** Fields that only some answers have. */
export function optionalFields(state: RoundState): IDataObject {
	return {
		...(state.answerData ? { answer_data: state.answerData } : {}),
		...(state.answerSource ? { answer_source: state.answerSource } : {}),
		...(state.onlineSearch.size > 0 ? { online_search: [...state.onlineSearch.values()] } : {}),
		...(state.images.size > 0 ? { images: [...state.images] } : {}),
		...(state.reasoning ? { reasoning: state.reasoning } : {}),
		...(state.jumpFlowUuid ? { jump_flow_uuid: state.jumpFlowUuid } : {}),
		...(state.transfer ? { transfer: state.transfer } : {}),
		...(state.warning ? { warning: state.warning } : {}),
		...(state.fileUpload ? { file_upload: state.fileUpload } : {}),
	};
}

/** A node's run, as in the trace in `nodes`. */
function nodeFields(run: NodeRun): IDataObject {
	return {
		node_id: run.nodeId,
		node_type: run.nodeType ?? null,
		node_title: run.nodeTitle ?? null,
		answer: runText(run),
	};
}

function byEnd(nodes: NodeRun[]): NodeRun[] {
	return [...nodes].sort((left, right) => left.lastFrame - right.lastFrame);
}

/** What is known of the flow that answered. */
export function flowFields(state: RoundState): IDataObject {
	return {
		session_id: state.sessionId ?? null,
		flow_uuid: state.flowUuid ?? null,
		flow_name: state.flowName ?? null,
		waiting_input: state.waitingInput,
		flow_ended: state.flowEnded,
		entities: state.entities,
		variables: state.variables,
		nodes: byEnd(state.nodes).map(nodeFields),
	};
}

/** What an AI agent needs of {@link aggregated}. */
export const toolFields = [
	'answer',
	'segment_code',
	'dialog_id',
	'waiting_input',
	'flow_ended',
	'entities',
	'answer_data',
	'online_search',
	'images',
	'jump_flow_uuid',
	'transfer',
	'warning',
];

/** One item for everything: the last round at the top, every round in `rounds`. */
export function aggregated(rounds: Round[], segmentCode: string | null): IDataObject {
	const last = rounds.at(-1);
	if (!last) return {};
	const { state } = last;
	return {
		answer: roundText(state),
		dialog_id: state.dialogId ?? null,
		segment_code: segmentCode,
		task_id: state.taskId ?? null,
		...flowFields(state),
		rounds: rounds.map((round) => ({
			question: round.question,
			answer: roundText(round.state),
			dialog_id: round.state.dialogId ?? null,
			waiting_input: round.state.waitingInput,
			flow_ended: round.state.flowEnded,
		})),
		...optionalFields(state),
	};
}

/** An item for every run of a node, in the order in which they ended. */
export function perNode(rounds: Round[], segmentCode: string | null): IDataObject[] {
	return rounds.flatMap(({ state }, round) =>
		byEnd(state.nodes).map((run) => ({
			...nodeFields(run),
			entities: run.entities,
			variables: run.variables,
			round,
			dialog_id: state.dialogId ?? null,
			segment_code: segmentCode,
			flow_uuid: run.flowUuid ?? state.flowUuid ?? null,
		})),
	);
}

/** An item for every frame as it was received; only integers too long for a number are texts. */
export function events(rounds: Round[]): IDataObject[] {
	return rounds.flatMap(({ state }) => state.events ?? []);
}
