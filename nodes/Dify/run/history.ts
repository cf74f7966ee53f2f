import type { IDataObject } from 'n8n-workflow';

import type { Caller } from '../../shared/client';
import { asObject, asText, isObject, objectsIn } from '../../shared/values';
import { wait } from '../../shared/wait';
import { dify } from '../transport/dify';
import type { RunReader } from './readEvents';
import { addFiles } from './state/files';
import { addForm } from './state/forms';
import type { RunState } from './state/state';
import { replaceText } from './state/text';

/** The message may be saved a moment after its run has ended; milliseconds before each further look. */
const DELAYS_MS = [500, 1_000, 2_000];
const REQUEST_TIMEOUT_MS = 30_000;
const PAGE_SIZE = 20;

/**
 * Completes the state from the message as it stands in the conversation's history: its text, the
 * forms that wait, citations and files.
 *
 * @returns Whether the history has a text for this message.
 */
export async function completeFromHistory({
	caller,
	state,
	user,
	onText,
}: Pick<RunReader, 'caller' | 'state' | 'user' | 'onText'>): Promise<boolean> {
	const message = await savedMessage(caller, state, user);
	const saved = asText(message?.answer);
	const text = bestText(state, saved);
	if (text !== undefined && text !== state.answer) await onText(replaceText(state, text));
	if (text !== undefined) state.hasGap = false;
	if (message) takeMessage(state, message);
	return saved !== undefined;
}

async function savedMessage(
	caller: Caller,
	state: RunState,
	user: string,
): Promise<IDataObject | undefined> {
	if (state.conversationId === undefined || state.messageId === undefined) return undefined;
	for (let looks = 0; ; looks++) {
		const message = await findMessage(caller, state, user);
		const delayMs = DELAYS_MS[looks];
		if (asText(message?.answer) || state.paused || delayMs === undefined) return message;
		if (!(await wait(delayMs, caller.signal))) return message;
	}
}

/** The message as it stands in the history; `undefined` if it cannot be read now. */
export async function findMessage(
	caller: Caller,
	state: RunState,
	user: string,
): Promise<IDataObject | undefined> {
	try {
		const client = dify({ ...caller, timeoutMs: REQUEST_TIMEOUT_MS });
		const qs = { conversation_id: state.conversationId, user, limit: PAGE_SIZE };
		const { data } = asObject(await client.get('/messages', qs));
		return objectsIn(data).find(({ id }) => id === state.messageId);
	} catch {
		return undefined;
	}
}

/**
 * The whole text, from what the run put out, what the history has, and what was streamed. The
 * history is what the user may see (moderation changes it), but servers before 1.16 leave pictures
 * out of it, and a run that has paused saved only what it had said until then.
 */
function bestText(state: RunState, saved: string | undefined): string | undefined {
	const text = wholeText(state, saved);
	const lacksReceived = text !== undefined && !text.startsWith(state.answer);
	if (!lacksReceived || state.moderated || !hasContainers(state)) return text;
	if (state.hasGap && text.length >= state.answer.length) return text;
	state.isPatched = true;
	return patched(state.answer, text);
}

const MAX_OVERLAP = 1_000;

/** What was received, and then what the saved text has beyond it: they begin alike, and may overlap. */
function patched(received: string, saved: string): string {
	let same = 0;
	while (same < saved.length && received[same] === saved[same]) same++;
	const rest = saved.slice(same);
	let overlap = Math.min(MAX_OVERLAP, rest.length, received.length - same);
	while (!received.endsWith(rest.slice(0, overlap))) overlap--;
	return received + rest.slice(overlap);
}

/** Servers up to 1.12 do not save what iterations and loops said in a run that lost its client. */
function hasContainers({ executions }: RunState): boolean {
	return [...executions.values()].some(({ data }) =>
		['iteration', 'loop'].includes(String(data.node_type)),
	);
}

function wholeText(state: RunState, saved: string | undefined): string | undefined {
	const output = state.moderated ? undefined : asText(asObject(state.finished?.outputs).answer);
	if (saved === undefined) return output;
	const whole = [output, asText(state.answer)].find(
		(text) => text !== undefined && (text.startsWith(saved) || withoutPictures(text) === saved),
	);
	return whole ?? saved;
}

/** Every place is looked for once, however many signs of a picture there are. */
function withoutPictures(text: string): string {
	const kept: string[] = [];
	let from = 0;
	let middle = 0;
	let end = 0;
	for (let at = text.indexOf('!['); at >= 0; at = text.indexOf('![', at + 2)) {
		if (at < from) continue;
		if (middle < at + 2) middle = text.indexOf(']', at + 2);
		if (middle < 0) break;
		if (text.charAt(middle + 1) !== '(') continue;
		if (end < middle + 2) end = text.indexOf(')', middle + 2);
		if (end < 0) break;
		kept.push(text.slice(from, at));
		from = end + 1;
	}
	return [...kept, text.slice(from)].join('').trim();
}

function takeMessage(state: RunState, message: IDataObject): void {
	if (typeof message.created_at === 'number') state.createdAt ??= message.created_at;
	if (Array.isArray(message.retriever_resources)) {
		state.metadata = { retriever_resources: message.retriever_resources, ...state.metadata };
	}
	if (state.files.length === 0) {
		const files = objectsIn(message.message_files);
		addFiles(
			state,
			files.filter((file) => file.belongs_to === 'assistant'),
		);
	}
	if (!state.paused) return;
	for (const { submitted, form_definition: form } of objectsIn(message.extra_contents)) {
		if (submitted !== true && isObject(form)) addForm(state, form);
	}
}
