import type { IDataObject } from 'n8n-workflow';

import { tryParseJson } from '../../shared/json';
import { asObject, asText, objectsIn } from '../../shared/values';
import { wait } from '../../shared/wait';
import { QUICK, readAppForm } from '../transport/appForm';
import { completeFromHistory, findMessage } from './history';
import type { RunReader } from './readEvents';
import type { RunState } from './state/state';
import { replaceText } from './state/text';

const MIN_INTERVAL_MS = 1_000;
const MAX_INTERVAL_MS = 10_000;

/**
 * Waits for the end of an Agent app that has lost its client: it goes on, and saves no answer but what
 * it thought, called and saw (SERVER.md, "Other kinds of apps"). Its last thought is the end of the answer.
 * Gives up when nothing new was saved for as long as a stream may be silent.
 *
 * @returns Whether the state holds the whole answer now.
 */
export async function followAgent(reader: RunReader): Promise<boolean> {
	const { caller, state, user, timeouts, until } = reader;
	// What moderation would withdraw stands in the thoughts all the same.
	if (await isModerated(reader)) return await completeFromHistory(reader);
	let known = '';
	let changed = Date.now();
	for (let intervalMs = MIN_INTERVAL_MS; ; intervalMs = nextInterval(intervalMs)) {
		const message = asObject(await findMessage(caller, state, user));
		const thoughts = objectsIn(message.agent_thoughts);
		const isSaved = asText(message.answer) !== undefined;
		const text = wholeText(thoughts);
		if (isSaved || text !== undefined) {
			takeThoughts(state, thoughts);
			if (isSaved) return await completeFromHistory(reader);
			await reader.onText(replaceText(state, text ?? ''));
			return true;
		}
		const saved = JSON.stringify(thoughts);
		if (saved !== known) changed = Date.now();
		known = saved;
		const left = Math.min(until, changed + timeouts.idleMs) - Date.now();
		if (left <= 0 || !(await wait(Math.min(intervalMs, left), caller.signal))) return false;
	}
}

function nextInterval(intervalMs: number): number {
	return Math.min(intervalMs * 2, MAX_INTERVAL_MS);
}

async function isModerated({ caller }: RunReader): Promise<boolean> {
	try {
		return (await readAppForm(caller, QUICK)).isModerated;
	} catch {
		return true;
	}
}

/** The answer that the thoughts add up to; `undefined` while the last of them is still to come. */
function wholeText(thoughts: IDataObject[]): string | undefined {
	const last = thoughts.at(-1);
	if (asText(last?.thought) === undefined || asText(last?.tool) !== undefined) return undefined;
	// Without function calling the thoughts are notes of the model, and some are saved twice.
	const final = asObject(tryParseJson(asText(last?.tool_input) ?? ''))['Final Answer'];
	return asText(final) ?? thoughts.map(({ thought }) => asText(thought) ?? '').join('');
}

/** The rows of the history, as the events tell them. */
function takeThoughts(state: RunState, thoughts: IDataObject[]): void {
	for (const { chain_id: _chain, message_id: _message, created_at: _time, ...row } of thoughts) {
		const { files, ...thought } = row;
		state.agentThoughts.set(String(row.id), { ...thought, message_files: files ?? [] });
	}
}
