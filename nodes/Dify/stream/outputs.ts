import type { IDataObject } from 'n8n-workflow';

import { asObject, asText } from '../../shared/objects';
import type { ChatState } from './state';
import { traceOf } from './trace';

/** The answer: streamed text, else the run's output, else the last Answer node's (facts 3.3, fallback chain). */
export function answerOf(state: ChatState): string {
	return (
		asText(state.answer) ??
		asText(asObject(state.finished?.outputs).answer) ??
		state.lastAnswerOutput ??
		''
	);
}

/** How the run ended, in the API's words; an answer without a workflow counts as succeeded. */
export function statusOf(state: ChatState): string {
	if (state.paused) return 'paused';
	return asText(state.finished?.status) ?? (state.error ? 'failed' : 'succeeded');
}

/** The ids of an answer, as far as they are known. */
export function idsOf(state: ChatState): IDataObject {
	return {
		task_id: state.taskId ?? null,
		id: state.messageId ?? null,
		message_id: state.messageId ?? null,
		conversation_id: state.conversationId ?? null,
	};
}

/** One item for everything: what blocking mode returns, plus the run (contract, Dify `aggregated`). */
export function aggregated(state: ChatState): IDataObject {
	const run = state.finished ?? state.paused ?? {};
	return {
		event: 'message',
		...idsOf(state),
		mode: state.mode,
		answer: answerOf(state),
		metadata: state.metadata,
		created_at: state.createdAt ?? null,
		workflow_run_id: state.workflowRunId ?? null,
		status: statusOf(state),
		outputs: run.outputs ?? {},
		files: state.files,
		elapsed_time: run.elapsed_time ?? null,
		total_tokens: run.total_tokens ?? null,
		total_steps: run.total_steps ?? null,
		nodes: traceOf(state),
		...occasional(state),
	};
}

function occasional(state: ChatState): IDataObject {
	const reasoning = [...state.reasoning.values()].filter(Boolean).join('\n\n');
	return {
		...(reasoning ? { reasoning } : {}),
		...(state.paused || state.forms.length > 0
			? { human_input: state.forms.length > 0 ? state.forms : (state.paused?.reasons ?? []) }
			: {}),
		...(state.warnings.length > 0 ? { warnings: state.warnings } : {}),
	};
}

/** An item for every execution, in the order in which they ended (contract, Dify `perNode`). */
export function perNode(state: ChatState): IDataObject[] {
	return state.ended.map((execution) => ({
		...execution.data,
		answer: execution.text,
		conversation_id: state.conversationId ?? null,
		message_id: state.messageId ?? null,
		task_id: state.taskId ?? null,
		workflow_run_id: state.workflowRunId ?? null,
	}));
}

/** An item for every event as it was received; only over-long integers are strings (contract, `events`). */
export function events(state: ChatState): IDataObject[] {
	return state.events ?? [];
}
