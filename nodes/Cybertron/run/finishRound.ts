import type { ErrorInfo } from '../../shared/errors';
import { cancelledInfo, networkError } from '../../shared/http';
import type { TextSocket } from '../../shared/websocket';
import type { RoundState } from './state/round';
import { failIfErrorText, failRound, hasText } from './state/round';

/** Why the reading of a round ended. */
export type RoundEnd = 'complete' | 'silence' | 'closed' | 'limit';

const WHAT_HAPPENED: Record<Exclude<RoundEnd, 'complete'>, string> = {
	silence: 'sent nothing more',
	closed: 'closed the connection',
	limit: 'did not come to an end',
};

/**
 * Decides what becomes of a round whose frames may have stopped before 002005: a result, a result
 * with a warning, or an error (SERVER.md, "Ends of a round").
 */
export function finishRound(
	state: RoundState,
	end: RoundEnd,
	socket: TextSocket,
	signal?: AbortSignal,
): void {
	if (state.phase === 'done' || end === 'complete') return;
	if (signal?.aborted) return failRound(state, cancelledInfo('Cybertron'));
	failIfErrorText(state);
	if (state.error) return;
	const expected = state.phase === 'ending';
	state.phase = 'done';
	if (expected) return;
	if (hasText(state) || state.jumpFlowUuid || state.transfer) {
		state.warning = `The server ${WHAT_HAPPENED[end]} before the round had ended${reasonOf(end, socket)}; the answer may be incomplete`;
		return;
	}
	failRound(state, end === 'closed' ? closedInfo(socket, signal) : timeoutInfo(end));
}

/** Why the connection is over, if it is because of an error. */
function reasonOf(end: RoundEnd, socket: TextSocket): string {
	const { error } = socket.ended() ?? {};
	return end === 'closed' && error ? ` (${error.message})` : '';
}

/** The connection is over, and nothing was received. */
export function closedInfo(socket: TextSocket, signal?: AbortSignal): ErrorInfo {
	if (signal?.aborted) return cancelledInfo('Cybertron');
	const { code, reason, error } = socket.ended() ?? {};
	if (error) return networkError('Cybertron', error).info;
	return {
		message: 'The Cybertron server closed the connection before it answered',
		description: `${reason ? `The server said: ${reason} (${code}). ` : ''}Try again later. If the error persists, check that the robot is published for API calls`,
		details: { close_code: code ?? null, close_reason: reason ?? '' },
		failure: { cause: 'temporarily-unavailable' },
	};
}

function timeoutInfo(end: 'silence' | 'limit'): ErrorInfo {
	return {
		message: `The Cybertron server ${WHAT_HAPPENED[end]} before it answered`,
		description: 'Try again later, or raise the Timeout or the Max Wait Time option',
		failure: { cause: 'temporarily-unavailable' },
	};
}
