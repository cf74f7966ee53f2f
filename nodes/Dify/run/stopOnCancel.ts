import type { Caller } from '../../shared/client';
import type { Item } from '../../shared/item';
import { wait } from '../../shared/wait';
import { dify } from '../transport/dify';
import { KINDS } from './kinds';
import type { RunState } from './state/state';

/** How long a cancelled execution may wait for the task id of a run that has only just been requested. */
const TASK_ID_MS = 2_000;
const LOOK_MS = 25;
/** How long the stream stays open for the server to take the stop. */
const STOP_GRACE_MS = 1_000;
const STOP_TIMEOUT_MS = 5_000;

/** A run that is stopped on the server if the user cancels the execution. */
export interface Stoppable {
	/** For the requests of the run: its signal fires once the run is stopped, not as soon as the user cancels. */
	caller: Caller;
	/** Whether the user has cancelled the execution. */
	isCancelled(): boolean;
	/** The run has ended: a cancel has nothing to stop any more. */
	release(): void;
}

/**
 * Stops the run on the server, for the same user, when the execution is cancelled, and only then cuts
 * its connection: since Dify 1.13 a run goes on, and costs, when its client leaves, and before 1.13
 * it may be stranded.
 */
export function stopOnCancel(item: Item, state: RunState, user: string): Stoppable {
	const cancel = item.signal;
	const connection = new AbortController();
	let running = true;
	const onCancel = async () => {
		const until = Date.now() + TASK_ID_MS;
		while (running && state.taskId === undefined && Date.now() < until) await wait(LOOK_MS);
		if (running && state.taskId !== undefined) {
			const stopPath = KINDS[state.kind].stopPath(state.taskId);
			await Promise.race([stopTask(item, stopPath, user), wait(STOP_GRACE_MS)]);
		}
		connection.abort();
	};
	const listener = () => void onCancel();
	if (cancel?.aborted) connection.abort();
	else cancel?.addEventListener('abort', listener, { once: true });
	return {
		caller: {
			context: item.context,
			timeoutMs: item.timeoutMs,
			signal: connection.signal,
			cancel,
		},
		isCancelled: () => cancel?.aborted === true,
		release: () => {
			running = false;
			cancel?.removeEventListener('abort', listener);
		},
	};
}

/** Best effort: nobody is left to hear of a failure. */
async function stopTask({ context }: Item, stopPath: string, user: string): Promise<void> {
	const signal = AbortSignal.timeout(STOP_TIMEOUT_MS);
	const caller = { context, timeoutMs: STOP_TIMEOUT_MS, signal };
	try {
		await dify(caller).post(stopPath, { user });
	} catch {
		return;
	}
}
