import type { IDataObject } from 'n8n-workflow';

import type { Problem } from '../../../shared/errors';
import { asText } from '../../../shared/objects';
import { answerOf, idsOf, statusOf } from '../../stream/outputs';
import type { ChatState } from '../../stream/state';
import { apiProblem, failedRun } from '../../transport/problems';
import type { ChatEnd } from './converse';

/**
 * The failure that an exchange ended in, with everything received before it; `undefined` for an
 * answer. An `error` event and a failed run are failures; a paused or stopped run is an answer.
 *
 * @param conversationId The conversation that was to be gone on with.
 */
export function failureOf(
	state: ChatState,
	end: ChatEnd,
	conversationId = '',
): Problem | undefined {
	const problem =
		end === 'cancelled'
			? CANCELLED
			: (runFailure(state) ?? eventFailure(state, conversationId) ?? endFailure(state, end));
	return problem && { ...problem, details: { ...problem.details, ...received(state) } };
}

const CANCELLED: Problem = { message: 'The execution was cancelled' };

function received(state: ChatState): IDataObject {
	const told = state.finished ?? state.paused ?? state.error;
	return {
		answer: answerOf(state),
		...idsOf(state),
		workflow_run_id: state.workflowRunId ?? null,
		run_status: told ? statusOf(state) : null,
		...failedNode(state),
	};
}

function failedNode({ ended }: ChatState): IDataObject {
	const failed = ended.findLast(({ data }) => data.status === 'failed');
	if (!failed) return {};
	const { node_id, title, error } = failed.data;
	return { failed_node: { node_id, title: title ?? null, message: error ?? null } };
}

/**
 * A failed run, as `workflow_finished` tells it. Servers before 1.13 send an `error` event behind it:
 * it has the code and the status, and the same text after "Run failed: " (facts 3.3).
 */
function runFailure({ finished, error }: ChatState): Problem | undefined {
	if (finished?.status !== 'failed') return undefined;
	const repeated = asText(error?.message.replace(/^Run failed: /, ''));
	const reason = asText(finished.error) ?? repeated ?? 'no reason was given';
	return failedRun(reason, { status: error?.status, code: error?.code });
}

/** An `error` event. Early ones have neither code nor ids, some not even a text (facts 3.3, 3.8). */
function eventFailure({ error, started }: ChatState, conversationId: string): Problem | undefined {
	if (!error) return undefined;
	if (error.message === '' && conversationId !== '' && !started) {
		return {
			message: 'Dify could not begin the run, and gave no reason',
			description:
				'Dify 1.13 and 1.14 answer so to a Conversation ID that they do not know: check it, and that User is the one who began the conversation',
			httpCode: error.status,
			details: { code: error.code ?? null, message: '', status: Number(error.status) || null },
		};
	}
	const { code, status, message } = error;
	return apiProblem({ status, code, message, inStream: true });
}

const WAYS: Record<string, string> = {
	closed: 'broke off',
	silent: 'was silent for too long',
	overdue: 'took longer than Max Duration allows',
};

/** A stream that was lost and could not be recovered. */
function endFailure(state: ChatState, end: ChatEnd): Problem | undefined {
	if (end === 'complete') return undefined;
	const way = (typeof end === 'string' ? WAYS[end] : undefined) ?? 'broke off';
	return {
		message: `The answer of Dify ${way} before it was complete`,
		description: state.workflowRunId
			? 'The run may still be going on; workflow_run_id and conversation_id are in the details. Get its result with Workflow Run > Get or Conversation > Get Messages instead of sending the message again'
			: 'The message may have reached Dify. Look at Conversation > Get Messages or at the log of the app before you send it again',
		details: {
			code: 'stream_interrupted',
			message: typeof end === 'object' ? end.broken : end,
		},
		failure: { cause: 'temporarily-unavailable' },
	};
}
