import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';

import { asNodeError } from '../../shared/errors';
import { asText } from '../../shared/objects';
import { wait } from '../../shared/transport/wait';
import type { WaitUntil } from '../stream/offlineFile';
import { isFailedStatus, isFinalStatus, toStatusItem } from '../stream/offlineFile';
import { CANCELLED, cancelSignal, cybertronError, cybertronRequest } from './http';

/** So many refusals in a row end the wait; single ones pass (facts 2.10). */
const MOST_REFUSALS = 4;
const GROWTH = 1.5;
const LONGEST_PAUSE = 5;
/** The last look has this long, in milliseconds, even when the wait is over then. */
const SHORTEST_LOOK_MS = 1_000;

/** How the end of a file's processing is waited for. */
export interface WaitRequest {
	until: WaitUntil;
	/** Milliseconds for the whole wait. */
	limitMs: number;
	/** Milliseconds before the second look; later pauses grow up to {@link LONGEST_PAUSE} times as long. */
	intervalMs: number;
	/** Milliseconds without a sign of life, for each look. */
	timeoutMs: number;
}

/**
 * Asks for the status of an offline file (3.4.2) and gives the server's `data`.
 *
 * @throws NodeApiError when it cannot be had.
 */
export async function offlineFileStatus(
	context: IExecuteFunctions,
	itemIndex: number,
	fileId: string,
	timeoutMs: number,
): Promise<IDataObject> {
	const data = await cybertronRequest(context, itemIndex, {
		method: 'GET',
		path: '/openapi/v1/chatflow/get_offline_file_status/',
		qs: { file_id: fileId },
		timeoutMs,
		safe: true,
	});
	if (data.status !== undefined && data.status !== null) return data;
	throw await cybertronError(context, itemIndex, {
		message: 'The Cybertron server gave no status for the file',
		description: 'Check the file ID, and the Base URL in the credential',
		details: { file_id: fileId, data },
	});
}

/**
 * Asks for the status until it is final, in growing pauses, and gives it as an item.
 *
 * @throws NodeApiError when the file fails, when the limit is reached first, when the server keeps
 * refusing, or when the execution is cancelled. The details hold the file id and the last status.
 */
export async function waitForFile(
	context: IExecuteFunctions,
	itemIndex: number,
	fileId: string,
	request: WaitRequest,
): Promise<IDataObject> {
	const latest = Date.now() + request.limitMs;
	const longestMs = request.intervalMs * LONGEST_PAUSE;
	let pauseMs = request.intervalMs;
	let refusals = 0;
	let item: IDataObject = { file_id: fileId };
	for (;;) {
		const withinMs = Math.max(latest - Date.now(), SHORTEST_LOOK_MS);
		const timeoutMs = Math.min(request.timeoutMs, withinMs);
		const look = await tryLook(context, itemIndex, fileId, timeoutMs);
		refusals = look.data ? 0 : refusals + 1;
		if (look.error && (refusals >= MOST_REFUSALS || isLasting(look.error))) throw look.error;
		if (look.data) {
			item = toStatusItem({ file_id: fileId, ...look.data });
			if (isFinalStatus(look.data, request.until)) {
				if (!isFailedStatus(look.data)) return item;
				throw await failed(context, itemIndex, item);
			}
		}
		const leftMs = latest - Date.now();
		if (leftMs <= 0) throw await tooLate(context, itemIndex, item, request);
		const waited = await wait(Math.min(pauseMs, leftMs), cancelSignal(context));
		if (!waited) throw await cancelled(context, itemIndex, item);
		pauseMs = Math.min(pauseMs * GROWTH, longestMs);
	}
}

type Look = { data: IDataObject; error?: undefined } | { data?: undefined; error: Error };

async function tryLook(
	context: IExecuteFunctions,
	itemIndex: number,
	fileId: string,
	timeoutMs: number,
): Promise<Look> {
	try {
		return { data: await offlineFileStatus(context, itemIndex, fileId, timeoutMs) };
	} catch (error) {
		return { error: asNodeError(context.getNode(), error, itemIndex) };
	}
}

/** Whether asking again cannot help: credentials and addresses do not mend themselves. */
function isLasting(error: Error): boolean {
	const cause = error instanceof NodeApiError ? error.failure?.cause : undefined;
	return cause === 'credential-invalid' || cause === 'configuration-invalid';
}

async function failed(context: IExecuteFunctions, itemIndex: number, item: IDataObject) {
	const reason = asText(item.error_msg);
	return await cybertronError(context, itemIndex, {
		message: `Cybertron could not work on the file: ${item.status_name}${reason ? ` (${reason})` : ''}`,
		description:
			'Check the file, the parse model and prompt, and the flow in AgentStudio; then upload it again',
		details: item,
	});
}

async function tooLate(
	context: IExecuteFunctions,
	itemIndex: number,
	item: IDataObject,
	{ limitMs, until }: WaitRequest,
) {
	const parsed = until === 'flow' && Number(item.status) === 5;
	return await cybertronError(context, itemIndex, {
		message: `Cybertron was not done with the file after ${Math.round(limitMs / 1000)} seconds`,
		description: parsed
			? 'The file is parsed, but its flow has not ended. If the upload runs no flow, set Wait Until to File Is Parsed; otherwise ask for the status later with Get Status, or raise Wait Limit'
			: `Ask for the status of file ${item.file_id} later with Get Status, or raise Wait Limit`,
		details: item,
		failure: { cause: 'temporarily-unavailable' },
	});
}

async function cancelled(context: IExecuteFunctions, itemIndex: number, item: IDataObject) {
	return await cybertronError(context, itemIndex, { ...CANCELLED, details: item });
}
