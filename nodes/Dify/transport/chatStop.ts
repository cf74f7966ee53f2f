import type { IExecuteFunctions } from 'n8n-workflow';

import { withSignal } from '../../shared/transport/signal';
import { difyPath, difyRequest } from './request';

const STOP_TIMEOUT_MS = 5_000;

/**
 * Stops a run although its execution is cancelled already. Best effort: nobody is left to hear of a
 * failure. The server needs the user who started the run (facts 3.8).
 */
export async function stopTask(
	context: IExecuteFunctions,
	itemIndex: number,
	taskId: string,
	user: string,
): Promise<void> {
	const own = withSignal(context, AbortSignal.timeout(STOP_TIMEOUT_MS));
	try {
		await difyRequest(own, itemIndex, {
			method: 'POST',
			path: difyPath`/chat-messages/${taskId}/stop`,
			body: { user },
			timeoutMs: STOP_TIMEOUT_MS,
		});
	} catch {
		return;
	}
}
