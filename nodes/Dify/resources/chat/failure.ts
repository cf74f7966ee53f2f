import type { IDataObject } from 'n8n-workflow';

import type { Problem } from '../../../shared/errors';
import { asText } from '../../../shared/objects';
import { answerOf, idsOf, statusOf } from '../../stream/outputs';
import type { ChatState } from '../../stream/state';
import type { StreamEnd } from '../../transport/chatStream';
import { apiProblem } from '../../transport/problems';

/** The failure that a stream ended in, with everything received before it; `undefined` for an answer. */
export function failureOf(state: ChatState, end: StreamEnd): Problem | undefined {
	const problem = runFailure(state) ?? eventFailure(state) ?? endFailure(state, end);
	return problem && { ...problem, details: { ...problem.details, ...received(state) } };
}

function received(state: ChatState): IDataObject {
	return {
		answer: answerOf(state),
		...idsOf(state),
		workflow_run_id: state.workflowRunId ?? null,
		run_status: statusOf(state),
	};
}

function eventFailure({ error }: ChatState): Problem | undefined {
	return error && apiProblem({ status: error.status, code: error.code, message: error.message });
}

function runFailure({ finished }: ChatState): Problem | undefined {
	if (finished?.status !== 'failed') return undefined;
	const reason = asText(finished.error) ?? 'no reason was given';
	return {
		message: `The Dify workflow failed: ${reason}`,
		description: 'Look at the run in the log of the Dify app, it shows the node that failed',
		details: { code: 'workflow_failed', message: reason },
	};
}

function endFailure(state: ChatState, end: StreamEnd): Problem | undefined {
	if (end === 'complete') return undefined;
	if (end === 'cancelled') return { message: 'The execution was cancelled' };
	const what = end === 'silent' ? 'was silent for too long' : 'broke off';
	return {
		message: `The answer of Dify ${what} before it was complete`,
		description: state.conversationId
			? 'The run may still be going on. Look for the answer with Conversation > Get Messages before you send again'
			: 'Look at the log of the Dify app before you send again: the message may have arrived',
		details: { code: 'stream_interrupted', message: typeof end === 'object' ? end.broken : end },
		failure: { cause: 'temporarily-unavailable' },
	};
}
