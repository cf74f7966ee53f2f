import { path } from '../../shared/client';
import { asText } from '../../shared/values';
import { wait } from '../../shared/wait';
import { dify } from '../transport/dify';
import { completeFromHistory } from './history';
import type { RunReader, StreamEnd } from './readEvents';
import { readEvents } from './readEvents';
import { openRunEvents, recoverRun } from './recover';
import type { RunState } from './state/state';

/** How long a run may still be reported as paused after its form was submitted. */
const RESUME_MS = 15_000;
const LOOK_AGAIN_MS = 1_000;

/** What is needed to watch a run. */
export interface Watch extends Omit<RunReader, 'state'> {
	/** A fresh state that knows the run; the run is told from its beginning every time. */
	newState: () => RunState;
}

/**
 * Watches a run until it ends, or pauses for a form that nobody has submitted yet. Right after a
 * submission the server may still report the pause: then it is waited for a moment, on the same
 * events, or on new ones where the server closes them at a pause.
 *
 * @returns The state at the end, and how the last stream ended.
 * @throws ChatflowError if the run is not known, to this user, or the server lacks the call.
 */
export async function watchRun({
	newState,
	...watch
}: Watch): Promise<{ state: RunState; end: StreamEnd }> {
	const graceEnds = Date.now() + RESUME_MS;
	for (;;) {
		const state = newState();
		const pauseMs = Math.max(graceEnds - Date.now(), 1);
		const timeouts = { ...watch.timeouts, pauseMs };
		const reallyPaused = async () => await isFormOpen(watch, state);
		const end = await watchOnce({ ...watch, state, timeouts, reallyPaused });
		if (!state.paused || Date.now() >= graceEnds || (await reallyPaused())) return { state, end };
		if (!(await wait(LOOK_AGAIN_MS, watch.caller.signal))) return { state, end };
	}
}

async function watchOnce(reader: RunReader): Promise<StreamEnd> {
	const end = await readEvents(await openRunEvents(reader), reader);
	if (end === 'tooLarge') return end;
	if (end !== 'complete') return await recoverRun(reader, end);
	// A run that has ended already is told without its text.
	const { kind, finished, answer } = reader.state;
	if (kind === 'chat' && finished && answer === '') await completeFromHistory(reader);
	return end;
}

/** Whether one of the forms can still be filled; it cannot be told of forms that go out by email. */
async function isFormOpen(
	{ caller }: Pick<RunReader, 'caller'>,
	{ forms }: RunState,
): Promise<boolean> {
	for (const form of forms.values()) {
		const token = asText(form.form_token);
		if (token === undefined) continue;
		try {
			await dify(caller).get(path`/form/human_input/${token}`);
			return true;
		} catch {
			// Submitted, expired or unknown: this one does not wait.
		}
	}
	return false;
}
