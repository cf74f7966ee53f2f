import type { IExecuteFunctions } from 'n8n-workflow';

import { asText } from '../../shared/objects';
import { wait } from '../../shared/transport/wait';
import type { ChatState } from '../stream/state';
import type { StreamEnd } from './chatStream';
import { readEvents } from './chatStream';
import { openRunEvents, recoverRun } from './recover';
import type { Recovery } from './recover';
import { completeFromHistory } from './recoverText';
import { cancelSignal, difyPath, difyRequest } from './request';

/** How long a run may still be told as paused after its form was submitted. */
const RESUME_MS = 15_000;
const LOOK_AGAIN_MS = 1_000;

/** What is needed to watch a run. */
export interface Watch extends Omit<Recovery, 'state'> {
	/** A fresh state that knows the run; the run is told from its beginning every time. */
	newState: () => ChatState;
}

/**
 * Watches a run until it ends, or pauses for a form that nobody has submitted yet. Right after a
 * submission the server may still tell the pause (facts 3.7): then it is waited for a moment, on the
 * same events, or on new ones where the server closes them at a pause.
 *
 * @returns The state at the end, and how the last stream ended.
 * @throws NodeApiError when the run is not known, to this user, or the server lacks the call.
 */
export async function resumeRun(
	context: IExecuteFunctions,
	itemIndex: number,
	{ newState, ...watch }: Watch,
): Promise<{ state: ChatState; end: StreamEnd }> {
	const graceEnds = Date.now() + RESUME_MS;
	for (;;) {
		const state = newState();
		const pauseMs = Math.max(graceEnds - Date.now(), 1);
		const limits = { ...watch.limits, pauseMs };
		const reallyPaused = async () => await formWaits(context, itemIndex, state);
		const recovery = { ...watch, state, limits, reallyPaused };
		const end = await watchOnce(context, itemIndex, recovery);
		if (!state.paused || Date.now() >= graceEnds || (await reallyPaused())) return { state, end };
		if (!(await wait(LOOK_AGAIN_MS, cancelSignal(context)))) return { state, end };
	}
}

async function watchOnce(
	context: IExecuteFunctions,
	itemIndex: number,
	recovery: Recovery,
): Promise<StreamEnd> {
	const source = await openRunEvents(context, itemIndex, recovery);
	const end = await readEvents(source, recovery);
	if (end !== 'complete') return await recoverRun(context, itemIndex, recovery, end);
	// A run that has ended already is told without its text (facts 3.7).
	const { finished, answer } = recovery.state;
	if (finished && answer === '') await completeFromHistory(context, itemIndex, recovery);
	return end;
}

/** Whether one of the forms can still be filled; it cannot be told of forms that go by e-mail. */
async function formWaits(
	context: IExecuteFunctions,
	itemIndex: number,
	{ forms }: ChatState,
): Promise<boolean> {
	for (const form of forms.values()) {
		const token = asText(form.form_token);
		if (token === undefined) continue;
		try {
			await difyRequest(context, itemIndex, { path: difyPath`/form/human_input/${token}` });
			return true;
		} catch {
			// Submitted, expired or unknown: this one does not wait.
		}
	}
	return false;
}
