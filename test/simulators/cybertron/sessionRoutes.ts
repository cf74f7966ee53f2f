import { dateText } from './clock';
import { ok, refusal, type HttpAnswer } from './http';
import type { AuthorisedCall } from './routes';
import type { Dialog, Segment } from './sessions';
import { asText, type JsonObject } from './steps';

/** The session endpoints. */

/** 1.2.1. */
export function createSegment({ state, owner, username }: AuthorisedCall): HttpAnswer {
	return ok({ segment_code: state.sessions.create(owner, username, 'openapi').code });
}

/** A page of rows with the paging fields of a list. */
function page<T>(rows: T[], body: JsonObject, toRow: (row: T) => object): HttpAnswer {
	const number = Number(body.page ?? 1);
	const size = Number(body.pagesize ?? 10);
	if (!Number.isInteger(number) || number < 1) return refusal('400000', 'page is invalid');
	if (!Number.isInteger(size) || size < 1) return refusal('400000', 'pagesize is invalid');
	const pages = Math.max(1, Math.ceil(rows.length / size));
	return ok({
		total: rows.length,
		page: number,
		page_size: size,
		has_next: number < pages,
		has_previous: number > 1,
		max_page_num: pages,
		list: rows.slice((number - 1) * size, number * size).map(toRow),
	});
}

/** A point in time as `2024-10-01 00:00:00` (UTC) or ISO 8601; undefined when not given. */
function timeOf(value: unknown): number | undefined {
	const text = asText(value);
	if (!text) return undefined;
	return Date.parse(
		/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text) ? `${text.replace(' ', 'T')}Z` : text,
	);
}

function inPeriod(at: number, body: JsonObject): boolean {
	const start = timeOf(body.create_start_time) ?? Number.NEGATIVE_INFINITY;
	const end = timeOf(body.create_end_time) ?? Number.POSITIVE_INFINITY;
	return at >= start && at <= end;
}

function hasBadTime(body: JsonObject): boolean {
	return ['create_start_time', 'create_end_time'].some((name) => Number.isNaN(timeOf(body[name])));
}

function wantedCodes(value: unknown): string[] {
	if (Array.isArray(value)) return value.map(asText).filter(Boolean);
	return asText(value).split(',').filter(Boolean);
}

/** 1.2.2: one robot's sessions, latest first. */
export function listSegments({ state, owner, body }: AuthorisedCall): HttpAnswer {
	const mode = Number(body.filter_mode ?? 0);
	if (mode !== 0 && mode !== 1) return refusal('400000', 'filter_mode is invalid');
	const userCode = asText(body.filter_user_code);
	if (mode === 1 && !userCode) return refusal('400000', 'filter_user_code is required');
	if (hasBadTime(body)) return refusal('400000', 'time is invalid');
	const codes = wantedCodes(body.segment_code_list);
	const source = asText(body.message_source);
	const rows = state.sessions
		.list(owner)
		.filter(
			(segment) =>
				(mode === 0 || segment.userCode === userCode) &&
				(codes.length === 0 || codes.includes(segment.code)) &&
				(!source || segment.messageSource === source) &&
				inPeriod(segment.createdAt, body),
		);
	return page(rows, body, segmentRow);
}

function segmentRow(segment: Segment): object {
	return {
		segment_code: segment.code,
		segment_name: segment.dialogs[0]?.question ?? '',
		user_code: segment.userCode,
		create_time: dateText(segment.createdAt, true),
		message_source: segment.messageSource,
		chat_count: String(segment.dialogs.length),
	};
}

/** 1.2.3: the exchanges of one session, oldest first. */
export function listDialogs({ state, owner, body }: AuthorisedCall): HttpAnswer {
	const code = asText(body.segment_code);
	if (!code) return refusal('400000', 'segment_code is required');
	if (hasBadTime(body)) return refusal('400000', 'time is invalid');
	const segment = state.sessions.find(owner, code);
	const question = asText(body.question);
	const source = asText(body.message_source);
	const rows = (segment?.dialogs ?? []).filter(
		(dialog) =>
			dialog.question.includes(question) &&
			(!source || dialog.messageSource === source) &&
			inPeriod(dialog.at, body),
	);
	return page(rows, body, (dialog) => dialogRow(dialog, code, segment?.userCode ?? ''));
}

function dialogRow(dialog: Dialog, segmentCode: string, userCode: string): object {
	return {
		segment_code: segmentCode,
		user_code: userCode,
		create_time: dateText(dialog.at, true),
		message_source: dialog.messageSource,
		dialog_id: dialog.dialogId,
		question: dialog.question,
		answer: dialog.answer,
	};
}
