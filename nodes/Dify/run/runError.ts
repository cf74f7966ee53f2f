import type { IDataObject } from 'n8n-workflow';

import type { ErrorInfo } from '../../shared/errors';
import { asText } from '../../shared/values';
import { apiError, failedRunError } from '../transport/errors';
import { KINDS } from './kinds';
import type { StreamEnd } from './readEvents';
import type { RunEnd } from './sendMessage';
import { statusOf } from './state/outputs';
import type { RunState } from './state/state';

/**
 * The error that a run ended in, with everything received before it; `undefined` for an answer. An
 * `error` event and a failed run are errors; a paused or stopped run is an answer.
 *
 * @param conversationId The conversation that was to be continued.
 */
export function runError(state: RunState, end: RunEnd, conversationId = ''): ErrorInfo | undefined {
	const error =
		end === 'cancelled'
			? CANCELLED
			: (failedRun(state) ?? eventError(state, conversationId) ?? endError(state, end));
	return error && { ...error, details: { ...error.details, ...received(state) } };
}

const CANCELLED: ErrorInfo = { message: 'The execution was cancelled' };

function received(state: RunState): IDataObject {
	const told = state.finished ?? state.paused ?? state.error;
	return {
		...KINDS[state.kind].received(state),
		run_status: told ? statusOf(state) : null,
		...failedNode(state),
	};
}

function failedNode({ ended }: RunState): IDataObject {
	const failed = ended.findLast(({ data }) => data.status === 'failed');
	if (!failed) return {};
	const { node_id, title, error } = failed.data;
	return { failed_node: { node_id, title: title ?? null, message: error ?? null } };
}

/**
 * A failed run, as `workflow_finished` tells it. Servers before 1.13 send an `error` event behind it:
 * it has the code and the status, and the same text after "Run failed: ".
 */
function failedRun({ finished, error }: RunState): ErrorInfo | undefined {
	if (finished?.status !== 'failed') return undefined;
	const repeated = asText(error?.message.replace(/^Run failed: /, ''));
	const reason = asText(finished.error) ?? repeated ?? 'no reason was given';
	return failedRunError(reason, { status: error?.status, code: error?.code });
}

/** An `error` event. Early ones have neither code nor ids, some not even a text. */
function eventError({ error, started }: RunState, conversationId: string): ErrorInfo | undefined {
	if (!error) return undefined;
	if (error.message === '' && conversationId !== '' && !started) {
		return {
			message: 'Dify could not start the run and gave no reason',
			description:
				'Dify 1.13 and 1.14 respond like this to a Conversation ID that they do not know: check it, and that User is the one who started the conversation',
			httpCode: error.status,
			details: { code: error.code ?? null, message: '', status: Number(error.status) || null },
		};
	}
	const { code, status, message } = error;
	return apiError({ status, code, message, inStream: true });
}

const WAYS = {
	closed: 'broke off',
	timedOut: 'timed out',
	overdue: 'took longer than Max Wait Time',
	tooLarge: 'grew to more than 512 MB or 1,000,000 events',
};

/** A stream that was lost and could not be recovered. */
function endError(state: RunState, end: StreamEnd): ErrorInfo | undefined {
	if (end === 'complete') return undefined;
	const { words } = KINDS[state.kind];
	const way = typeof end === 'string' ? WAYS[end] : 'broke off';
	return {
		message: `${words.result} ${way} before it was complete`,
		description: adviceOnLoss(state),
		details: {
			code: 'stream_interrupted',
			message: typeof end === 'object' ? end.broken : end,
		},
		failure: { cause: 'temporarily-unavailable' },
	};
}

function adviceOnLoss({ kind, workflowRunId, messageId }: RunState): string {
	const { words } = KINDS[kind];
	if (workflowRunId !== undefined) return words.maybeRunning;
	return (messageId === undefined ? undefined : words.noRun) ?? words.maybeSent;
}
