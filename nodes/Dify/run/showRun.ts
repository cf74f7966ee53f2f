import type { LiveText } from '../../shared/liveText';
import { KINDS } from './kinds';
import type { RunState, TextChange } from './state/state';

/**
 * Ends the live text with the run: as complete, or as broken off with the message of its error.
 *
 * @param run Reads the run, and passes each change on with {@link showText}.
 */
export async function showRun(live: LiveText, run: () => Promise<RunState>): Promise<RunState> {
	try {
		const state = await run();
		// A text that did not come as a stream, or came differently, is shown before the end.
		await live.replace(KINDS[state.kind].shownText(state));
		await live.end();
		return state;
	} catch (error) {
		await live.end((error as Error).message);
		return await Promise.reject(error);
	}
}

/** Passes a change of the text on to a caller who is watching. */
export async function showText(live: LiveText, { text, replaces }: TextChange): Promise<void> {
	await (replaces ? live.replace(text) : live.append(text));
}
