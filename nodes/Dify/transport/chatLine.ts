import type { IExecuteFunctions } from 'n8n-workflow';

import { withSignal } from '../../shared/transport/signal';
import { wait } from '../../shared/transport/wait';
import type { ChatState } from '../stream/state';
import { stopTask } from './chatStop';
import { cancelSignal } from './request';

/** How long a cancelled execution may wait for the task id of a run that has only just been asked for. */
const LEARN_TASK_MS = 2_000;
const LOOK_MS = 25;
/** How long the stream stays open for the server to take the stop. */
const STOP_GRACE_MS = 1_000;

/** All requests of one chat message: they go on for a moment when the execution is cancelled. */
export interface ChatLine {
	/** For the requests: its signal fires when the line is cut, not as soon as the user cancels. */
	context: IExecuteFunctions;
	/** Whether the user has cancelled the execution. */
	cancelled(): boolean;
	/** Fires as soon as the user cancels: for waits in which nothing is on its way. */
	cancel?: AbortSignal;
	/** Stop listening for the cancellation: the answer is complete. */
	close(): void;
}

/**
 * Opens the line of one message. When the execution is cancelled, the run is stopped on the server,
 * with the same user, and only then the connection is cut: since Dify 1.13 a run goes on, and costs,
 * when its client leaves, and before 1.13 it may be stranded (facts 3.8).
 */
export function openChatLine(
	context: IExecuteFunctions,
	itemIndex: number,
	state: ChatState,
	user: string,
): ChatLine {
	const cancel = cancelSignal(context);
	const line = new AbortController();
	let open = true;
	const onCancel = async () => {
		const until = Date.now() + LEARN_TASK_MS;
		while (open && state.taskId === undefined && Date.now() < until) await wait(LOOK_MS);
		if (open && state.taskId !== undefined) {
			const stopped = stopTask(context, itemIndex, state.taskId, user);
			await Promise.race([stopped, wait(STOP_GRACE_MS)]);
		}
		line.abort();
	};
	if (cancel?.aborted) line.abort();
	else cancel?.addEventListener('abort', onCancel, { once: true });
	return {
		context: withSignal(context, line.signal),
		cancelled: () => cancel?.aborted === true,
		cancel,
		close: () => {
			open = false;
			cancel?.removeEventListener('abort', onCancel);
		},
	};
}
