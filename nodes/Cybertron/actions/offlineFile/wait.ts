import type { IDataObject, INodeProperties } from 'n8n-workflow';

import type { ErrorInfo } from '../../../shared/errors';
import { ChatflowError } from '../../../shared/errors';
import { cancelledInfo } from '../../../shared/http';
import type { Item } from '../../../shared/item';
import { asText } from '../../../shared/values';
import { wait } from '../../../shared/wait';
import type { WaitUntil } from '../../offlineFile/status';
import {
	isFailedStatus,
	isFinalStatus,
	PARSED,
	statusOf,
	toStatusItem,
} from '../../offlineFile/status';
import { fileStatus } from '../../transport/offlineFile';

const DEFAULT_MAX_WAIT_SECONDS = 205;
const DEFAULT_INTERVAL_SECONDS = 3;
/** So many failed requests in a row end the wait; single ones pass. */
const MAX_FAILURES = 4;
/** By how much the pauses grow, and up to how many times the first one. */
const GROWTH = 1.5;
const MAX_GROWTH = 5;
/** The last request has this long, even if the wait is over by then. */
const MIN_TIMEOUT_MS = 1_000;

export const waitForResultField: INodeProperties = {
	displayName: 'Wait for Result',
	name: 'waitForResult',
	type: 'boolean',
	default: false,
	description: 'Whether to check the status again and again until the file has been processed',
};

const whileWaiting: INodeProperties['displayOptions'] = { show: { '/waitForResult': [true] } };

/** How the result is waited for. */
export const waitOptions: INodeProperties[] = [
	{
		displayName: 'Max Wait Time',
		name: 'maxWait',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: DEFAULT_MAX_WAIT_SECONDS,
		description: 'How many seconds to wait for the result altogether',
		displayOptions: whileWaiting,
	},
	{
		displayName: 'Poll Interval',
		name: 'pollInterval',
		type: 'number',
		typeOptions: { minValue: 0.2, numberPrecision: 1 },
		default: DEFAULT_INTERVAL_SECONDS,
		description:
			'How many seconds to wait before the status is checked again. The pauses grow up to five times as long.',
		displayOptions: whileWaiting,
	},
	{
		displayName: 'Wait Until',
		name: 'waitUntil',
		type: 'options',
		options: [
			{
				name: 'File Is Parsed',
				value: 'parsing',
				description: 'For uploads that run no flow',
			},
			{
				name: 'Flow Has Ended',
				value: 'flow',
				description: 'The file was parsed and the flow has run',
			},
		],
		default: 'flow',
		description: 'What counts as the result',
		displayOptions: whileWaiting,
	},
];

/** Whether the user wants the result, not only the status. */
export function waitsForResult(item: Item): boolean {
	return item.value('waitForResult') === true;
}

/**
 * Reads the status until it is final, in growing pauses, and gives it as an item.
 *
 * @param byDefault What counts as the result if the user did not say so.
 * @throws ChatflowError if the file fails, if the time is over first, if the server keeps refusing, or
 * if the execution is cancelled. The details hold the file id and the last status.
 */
export async function waitForFile(
	item: Item,
	fileId: string,
	byDefault: WaitUntil = 'flow',
): Promise<IDataObject> {
	const until = (item.options.waitUntil as WaitUntil | undefined) ?? byDefault;
	const maxWaitMs = item.milliseconds('options.maxWait', DEFAULT_MAX_WAIT_SECONDS);
	const intervalMs = item.milliseconds('options.pollInterval', DEFAULT_INTERVAL_SECONDS);
	const latest = Date.now() + maxWaitMs;
	let pauseMs = intervalMs;
	let failures = 0;
	let status: IDataObject = { file_id: fileId };
	for (;;) {
		const { data, error } = await tryStatus(item, fileId, latest - Date.now());
		failures = data ? 0 : failures + 1;
		if (!data && (failures >= MAX_FAILURES || isLasting(error))) throw error;
		if (data) status = toStatusItem({ file_id: fileId, ...data });
		if (data && isFinalStatus(data, until)) {
			if (!isFailedStatus(data)) return status;
			throw new ChatflowError(failedInfo(status));
		}
		const leftMs = latest - Date.now();
		if (leftMs <= 0) throw new ChatflowError(timeoutInfo(status, maxWaitMs, until));
		if (!(await wait(Math.min(pauseMs, leftMs), item.signal))) {
			throw new ChatflowError({ ...cancelledInfo('Cybertron'), details: status });
		}
		pauseMs = Math.min(pauseMs * GROWTH, intervalMs * MAX_GROWTH);
	}
}

async function tryStatus(
	item: Item,
	fileId: string,
	leftMs: number,
): Promise<{ data?: IDataObject; error?: unknown }> {
	const { context, signal } = item;
	const timeoutMs = Math.min(item.timeoutMs, Math.max(leftMs, MIN_TIMEOUT_MS));
	return await fileStatus({ context, signal, timeoutMs }, fileId).then(
		(data) => ({ data }),
		(error: unknown) => ({ error }),
	);
}

/** Whether trying again cannot help: credentials and addresses do not mend themselves. */
function isLasting(error: unknown): boolean {
	if (!(error instanceof ChatflowError)) return true;
	const cause = error.info.failure?.cause;
	return cause === 'credential-invalid' || cause === 'configuration-invalid';
}

function failedInfo(status: IDataObject): ErrorInfo {
	const reason = asText(status.error_msg);
	return {
		message: `Cybertron could not process the file: ${String(status.status_name)}${reason ? ` (${reason})` : ''}`,
		description:
			'Check the file, the parse model and prompt, and the flow in AgentStudio; then upload it again',
		details: status,
	};
}

function timeoutInfo(status: IDataObject, maxWaitMs: number, until: WaitUntil): ErrorInfo {
	const onlyParsed = until === 'flow' && statusOf(status) === PARSED;
	return {
		message: `Cybertron had not finished the file after ${Math.round(maxWaitMs / 1000)} seconds`,
		description: onlyParsed
			? 'The file is parsed, but its flow has not ended. If the upload runs no flow, set Wait Until to File Is Parsed; otherwise check the status later with Get Status, or raise Max Wait Time'
			: `Check the status of file ${String(status.file_id)} later with Get Status, or raise Max Wait Time`,
		details: status,
		failure: { cause: 'temporarily-unavailable' },
	};
}
