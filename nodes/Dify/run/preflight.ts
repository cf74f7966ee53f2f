import type { IDataObject } from 'n8n-workflow';

import type { OpenResponse } from '../../shared/client';
import type { ErrorInfo } from '../../shared/errors';
import { ChatflowError } from '../../shared/errors';
import type { Item } from '../../shared/item';
import { asText, isObject, objectsIn } from '../../shared/values';
import { wait } from '../../shared/wait';
import type { AppForm } from '../transport/appForm';
import { appForm, QUICK } from '../transport/appForm';
import { hasWorkflow, kindError, knownApp } from '../transport/app';
import { dify } from '../transport/dify';
import { apiError, BLOCKING_REFUSED } from '../transport/errors';
import { inputError } from './inputError';
import type { Message } from './message';
import type { RunState } from './state/state';

/**
 * Dify 1.13 and 1.14 refuse a streamed message without a word: a ping, and the end of the stream after
 * 300 s (SERVER.md, "Before a run starts"). So what can be refused is checked before it is sent, with
 * reads that cannot run anything; a read that fails is no reason not to send.
 *
 * @throws ChatflowError if an input is missing or wrong, if Dify does not know the conversation, or if
 * the app knows no blocking mode.
 */
export async function checkMessage(item: Item, { path, body }: Message): Promise<void> {
	if (body.response_mode !== 'streaming') {
		if (path === '/chat-messages') await refuseBlocking(item);
		return;
	}
	// Other kinds of apps do not look at the inputs of a message that continues a conversation.
	const error = asText(body.conversation_id)
		? await conversationError(item, body)
		: await inputsError(item, body);
	// Newer servers start a new conversation instead, which may be what the user wants.
	const mayStartAnew = asText(body.conversation_id) && item.options.onConversationReset !== 'fail';
	// The form of an app of another kind says nothing of this message.
	if (error && !mayStartAnew) throw new ChatflowError((await kindError(item)) ?? error);
}

const STREAMING_ONLY = new Set(['agent-chat', 'agent']);

async function refuseBlocking(item: Item): Promise<void> {
	const app = await knownApp(item);
	if (app && STREAMING_ONLY.has(app.mode)) throw new ChatflowError(apiError(BLOCKING_REFUSED));
}

/** How long the first event may stay out before the cause is looked for. */
const LOOK_AFTER_MS = 1_000;

/** Versions that refuse a file in silence. No other is asked about files with a message of its own. */
const SILENT_VERSIONS = /^1\.1[34]\./;

/** A look for the reason why a stream stays silent. */
export interface SilenceWatch {
	/** The reason that was found, which has ended the stream. */
	end: () => ErrorInfo | undefined;
}

/**
 * Looks for the reason of a silence at the begin of a stream, and closes the stream if there is one;
 * without one the message waits in the server's queue.
 */
export function watchSilence(
	item: Item,
	message: Message,
	state: RunState,
	{ headers, close }: OpenResponse,
): SilenceWatch {
	const { body } = message;
	const asksForFiles = SILENT_VERSIONS.test(headers['x-version'] ?? '');
	const over = new AbortController();
	let found: ErrorInfo | undefined;
	const look = async () => {
		if (!(await wait(LOOK_AFTER_MS, over.signal)) || state.seen) return;
		const reason =
			(await conversationError(item, body)) ??
			(await inputsError(item, body)) ??
			(asksForFiles ? await filesError(item, message, over.signal) : undefined);
		if (state.seen || over.signal.aborted) return;
		found = reason;
		if (found) close();
	};
	void look();
	return {
		end: () => {
			over.abort();
			return found;
		},
	};
}

async function inputsError(item: Item, body: IDataObject): Promise<ErrorInfo | undefined> {
	const form = await knownForm(item);
	return form && inputError(form.controls, body.inputs as IDataObject);
}

async function knownForm(item: Item): Promise<AppForm | undefined> {
	try {
		return await appForm(item, QUICK);
	} catch {
		return undefined;
	}
}

/** Looked at once per execution: a conversation does not become known later. */
async function conversationError(
	item: Item,
	{ user, conversation_id: id }: IDataObject,
): Promise<ErrorInfo | undefined> {
	if (!asText(id)) return undefined;
	return await item.once(`conversation ${String(id)} ${String(user)}`, async () => {
		const qs = { conversation_id: String(id).toLowerCase(), user, limit: 1 };
		try {
			await dify(item).request({ method: 'GET', path: '/messages', qs, ...QUICK });
			return undefined;
		} catch (error) {
			return isRefusal(error, /^conversation not exists/i) ? error.info : undefined;
		}
	});
}

/** Names what no server knows, so that a message with it is always refused. */
const UNKNOWN = 'check-only';

/**
 * Asks Dify about the files alone: the same message, blocking, with one file more that no version
 * accepts. It is checked last, so an error about another file comes first, and nothing can run.
 */
async function filesError(
	item: Item,
	{ path, body }: Message,
	signal: AbortSignal,
): Promise<ErrorInfo | undefined> {
	const form = await knownForm(item);
	const check = form && uselessMessage(form, body);
	// Other apps refuse files at once: their silence is work, and they may not look at the extra file.
	if (!check || !(await runsWorkflow(item))) return undefined;
	try {
		const caller = { context: item.context, timeoutMs: 10_000, signal };
		const query = 'query' in check ? { query: 'Check of the files' } : {};
		const blocking = { ...check, ...query, response_mode: 'blocking' };
		const call = { method: 'POST' as const, path, body: blocking };
		await dify(caller).request({ ...call, retryDelays: QUICK.retryDelays });
		return undefined;
	} catch (error) {
		return isRefusal(error, new RegExp(`^(?![^]*${UNKNOWN}|Too many requests)`))
			? error.info
			: undefined;
	}
}

async function runsWorkflow(item: Item): Promise<boolean> {
	const app = await knownApp(item);
	return app !== undefined && hasWorkflow(app);
}

/** The message with a file that is always refused; `undefined` if none of its files is looked at. */
function uselessMessage(form: AppForm, body: IDataObject): IDataObject | undefined {
	const inputs = body.inputs as IDataObject;
	const inInputs = form.controls.filter(
		({ kind, variable }) => kind.startsWith('file') && objectsOf(inputs[variable]).length > 0,
	);
	const files = [
		...objectsIn(body.files),
		...inInputs.flatMap((c) => objectsOf(inputs[c.variable])),
	];
	if (files.length === 0) return undefined;
	if (form.takesFiles) {
		return { ...body, files: [...files, { type: UNKNOWN, transfer_method: UNKNOWN }] };
	}
	// The last file that the server builds: those of lists come after single ones.
	const last = inInputs.findLast(({ kind }) => kind === 'file-list') ?? inInputs.at(-1);
	if (!last) return undefined;
	const value = inputs[last.variable];
	const spoilt = objectsOf(value).map((file, i, all) =>
		i === all.length - 1 ? { ...file, type: UNKNOWN } : file,
	);
	return {
		...body,
		inputs: { ...inputs, [last.variable]: Array.isArray(value) ? spoilt : spoilt[0] },
	};
}

function objectsOf(value: unknown): IDataObject[] {
	return isObject(value) ? [value] : objectsIn(value);
}

function isRefusal(error: unknown, text: RegExp): error is ChatflowError {
	if (!(error instanceof ChatflowError)) return false;
	const { status = 0 } = error.attempt;
	return status >= 400 && status < 500 && text.test(String(error.info.details?.message));
}
