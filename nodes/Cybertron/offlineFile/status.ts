import type { IDataObject } from 'n8n-workflow';

import { asText, isObject } from '../../shared/values';
import { decodeLooseJson } from './looseJson';

/** Names of the numbers in `status`. */
export const STATUS_NAMES: Record<number, string> = {
	1: 'uploading',
	2: 'upload_finished',
	3: 'upload_failed',
	4: 'parsing',
	5: 'parse_finished',
	6: 'parse_failed',
	7: 'flow_succeeded',
	8: 'flow_failed',
};

/** What is waited for: the whole flow, or only the parsing of the file. */
export type WaitUntil = 'flow' | 'parsing';

/** The end, if parsing is all that is waited for. */
export const PARSED = 5;
const FLOW_SUCCEEDED = 7;
const FAILED = new Set([3, 6, 8]);

/** The number in `status`, which some responses spell as text. */
export function statusOf(data: IDataObject): number {
	return Number(data.status);
}

/**
 * Whether nothing more will come for this file: it failed, or its flow succeeded, or it was parsed
 * and no more is waited for. A status that nobody knows is not final (SERVER.md, "Status of offline
 * files").
 *
 * @param data What the server said about the file.
 */
export function isFinalStatus(data: IDataObject, until: WaitUntil = 'flow'): boolean {
	const status = statusOf(data);
	if (until === 'parsing' && status === PARSED) return true;
	return status === FLOW_SUCCEEDED || FAILED.has(status);
}

/**
 * Whether the file ended without a result. A failed status beside content is a result: in `ocr`
 * mode servers report "flow failed" for complete extractions.
 */
export function isFailedStatus(data: IDataObject): boolean {
	return FAILED.has(statusOf(data)) && !hasContent(data);
}

/**
 * What the server said about the file as an item: every field as received, `status` as a number, and
 * beside them `status_name`, `parsed_content` (if `parse_content` holds JSON in some spelling) and
 * `warning` (if a failed status stands beside content).
 */
export function toStatusItem(data: IDataObject): IDataObject {
	const status = statusOf(data);
	const parsed = parsedContent(data.parse_content);
	return {
		...data,
		status: Number.isNaN(status) ? (data.status ?? null) : status,
		status_name: STATUS_NAMES[status] ?? 'unknown',
		...(parsed === undefined ? {} : { parsed_content: parsed }),
		...(FAILED.has(status) && hasContent(data) ? { warning: warningOf(data, status) } : {}),
	};
}

function warningOf(data: IDataObject, status: number): string {
	const reason = asText(data.error_msg);
	return `The server reports ${STATUS_NAMES[status]}${reason ? ` (${reason})` : ''}, but there is content`;
}

function hasContent({ parse_content, llm_content }: IDataObject): boolean {
	return [parse_content, llm_content].some(isFilled);
}

/** What stands for "no content yet" while a file is worked on. */
const EMPTY_TEXTS = new Set(['', '[]', '{}', 'null', 'None']);

function isFilled(content: unknown): boolean {
	if (Array.isArray(content)) return content.length > 0;
	if (isObject(content)) return Object.keys(content).length > 0;
	return typeof content === 'string' && !EMPTY_TEXTS.has(content.trim());
}

function parsedContent(content: unknown): unknown {
	if (!isFilled(content)) return undefined;
	return typeof content === 'string' ? decodeLooseJson(content) : content;
}
