import type { Caller } from '../../shared/client';
import type { Item } from '../../shared/item';
import { wait } from '../../shared/wait';
import { dify } from '../transport/dify';
import { KINDS } from './kinds';
import type { RunState } from './state/state';

/** How long a cancelled execution waits for its run to be stopped. */
const GRACE_MS = 500;
/** When stopping is given up. Until then it goes on behind the execution. */
const GIVE_UP_MS = 5_000;
/** How often is looked whether a run that has only just been requested has a task id. */
const LOOK_MS = 25;

/** A run that is stopped on the server if the user cancels the execution. */
export interface Stoppable {
	/** For the requests of the run: its signal fires once the run is stopped, not as soon as the user cancels. */
	caller: Caller;
	/** Whether the user has cancelled the execution. */
	isCancelled(): boolean;
	/**
	 * What the work on the run gives; `cancelled` if the user cancels it. The execution ends then, at
	 * the latest {@link GRACE_MS} later: the rest of the work and the stop go on by themselves.
	 */
	unlessCancelled<T>(work: () => Promise<T>): Promise<T | 'cancelled'>;
}

/**
 * Stops the run on the server, for the same user, when the execution is cancelled, and only then cuts
 * its connection: since Dify 1.13 a run goes on, and costs, when its client leaves, and before 1.13
 * it may be stranded.
 */
export function stopOnCancel(item: Item, state: RunState, user: string): Stoppable {
	const cancel = item.signal;
	const connection = new AbortController();
	if (cancel?.aborted) connection.abort();
	return {
		caller: {
			context: item.context,
			timeoutMs: item.timeoutMs,
			signal: connection.signal,
			cancel,
		},
		isCancelled: () => cancel?.aborted === true,
		unlessCancelled: async (work) => {
			/** Fires when there is nothing to stop any more. */
			const ended = new AbortController();
			let onCancel = () => {};
			const cancelled = new Promise<'cancelled'>((resolve) => {
				onCancel = () => {
					const stopped = stop(item, state, user, ended.signal).then(() => connection.abort());
					void Promise.race([stopped, wait(GRACE_MS)]).then(() => resolve('cancelled'));
				};
			});
			cancel?.addEventListener('abort', onCancel, { once: true });
			const finished = work().finally(() => {
				ended.abort();
				cancel?.removeEventListener('abort', onCancel);
			});
			return await Promise.race([finished, cancelled]);
		},
	};
}

/** Waits for the task id of a run that has only just been requested, and stops it as well as it can. */
async function stop(item: Item, state: RunState, user: string, ended: AbortSignal): Promise<void> {
	const giveUp = AbortSignal.timeout(GIVE_UP_MS);
	while (state.taskId === undefined && !giveUp.aborted && (await wait(LOOK_MS, ended)));
	const { kind, taskId } = state;
	if (taskId === undefined || ended.aborted) return;
	try {
		const caller = { context: item.context, timeoutMs: GIVE_UP_MS, signal: giveUp };
		await dify(caller).post(KINDS[kind].stopPath(taskId), { user });
	} catch {
		// Nobody is left to hear of it, and a server may name its task anything.
	}
}
