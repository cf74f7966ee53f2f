import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { asObject, asText, isObject } from '../../shared/objects';
import { wait } from '../../shared/transport/wait';
import { addFiles } from '../stream/files';
import { addForm } from '../stream/human';
import type { ChatState } from '../stream/state';
import { replace } from '../stream/text';
import type { Recovery } from './recover';
import { cancelSignal, difyRequest } from './request';

/** The message may be saved a moment after its run has ended; milliseconds before each further look. */
const LOOKS_MS = [500, 1_000, 2_000];
const LOOK_TIMEOUT_MS = 30_000;
const PAGE = 20;

/**
 * Completes the state from the message as it stands in the conversation's history: its text, the
 * forms that wait, citations and files.
 *
 * @returns Whether the history has a text for this message.
 */
export async function completeFromHistory(
	context: IExecuteFunctions,
	itemIndex: number,
	{ state, user, onText }: Pick<Recovery, 'state' | 'user' | 'onText'>,
): Promise<boolean> {
	const message = await savedMessage(context, itemIndex, state, user);
	const saved = asText(message?.answer);
	const text = bestText(state, saved);
	if (text !== undefined && text !== state.answer) await onText(replace(state, text));
	if (message) takeMessage(state, message);
	return saved !== undefined;
}

async function savedMessage(
	context: IExecuteFunctions,
	itemIndex: number,
	state: ChatState,
	user: string,
): Promise<IDataObject | undefined> {
	if (state.conversationId === undefined || state.messageId === undefined) return undefined;
	for (let looks = 0; ; looks++) {
		const message = await lookAtMessage(context, itemIndex, state, user);
		const delayMs = LOOKS_MS[looks];
		if (asText(message?.answer) || state.paused || delayMs === undefined) return message;
		if (!(await wait(delayMs, cancelSignal(context)))) return message;
	}
}

async function lookAtMessage(
	context: IExecuteFunctions,
	itemIndex: number,
	state: ChatState,
	user: string,
): Promise<IDataObject | undefined> {
	try {
		const qs = { conversation_id: state.conversationId, user, limit: PAGE };
		const call = { path: '/messages', qs, timeoutMs: LOOK_TIMEOUT_MS };
		const { data } = asObject(await difyRequest(context, itemIndex, call));
		const messages = Array.isArray(data) ? data.filter(isObject) : [];
		return messages.find(({ id }) => id === state.messageId);
	} catch {
		return undefined;
	}
}

/**
 * The whole text, from what the run put out, what the history has, and what was streamed. The
 * history is what the user may see (moderation changes it), but servers before 1.16 leave pictures
 * out of it, and a run that has paused saved only what it had said until then.
 */
function bestText(state: ChatState, saved: string | undefined): string | undefined {
	const output = state.moderated ? undefined : asText(asObject(state.finished?.outputs).answer);
	if (saved === undefined) return output;
	const whole = [output, asText(state.answer)].find(
		(text) => text !== undefined && (text.startsWith(saved) || withoutPictures(text) === saved),
	);
	return whole ?? saved;
}

function withoutPictures(text: string): string {
	return text.replace(/!\[[^\]]*\]\([^)]*\)/g, '').trim();
}

function takeMessage(state: ChatState, message: IDataObject): void {
	if (Array.isArray(message.retriever_resources)) {
		state.metadata = { retriever_resources: message.retriever_resources, ...state.metadata };
	}
	if (state.files.length === 0 && Array.isArray(message.message_files)) {
		const made = message.message_files.filter((file) => asObject(file).belongs_to === 'assistant');
		addFiles(state, made);
	}
	if (!state.paused || !Array.isArray(message.extra_contents)) return;
	for (const content of message.extra_contents) {
		const { submitted, form_definition: form } = asObject(content);
		if (submitted !== true && isObject(form)) addForm(state, form);
	}
}
