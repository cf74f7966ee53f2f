import type { IDataObject } from 'n8n-workflow';

import { tryParseJson } from '../../shared/json';
import { asObject, asText, isObject } from '../../shared/objects';

/** What a frame is about; decides which handler takes it (facts 3.3, 3.4). */
export type FrameKind =
	| 'heartbeat'
	| 'ack'
	| 'error'
	| 'search'
	| 'image'
	| 'reasoning'
	| 'flow'
	| 'fragment'
	| 'answer'
	| 'other';

/** One server frame, with the differences between server versions taken out. */
export interface Frame {
	kind: FrameKind;
	/** Six digits; `000000` is success (facts 3.7, T14: leading zeros get lost). */
	code: string;
	message: string;
	/** `undefined` when the server does not count. */
	index?: number;
	finished: boolean;
	dialogId?: string;
	/** `data` as an object; empty when the server sent a text. */
	data: IDataObject;
	/** `data` when it is a text. */
	text?: string;
	/** The frame as received; integers too long for a number are strings. */
	raw: IDataObject;
}

const SUCCESS = '000000';
const ACK_INDEXES = new Set([-1, -2]);

/** Kinds by `type`, and by the negative `index` of frames that come beside the answer (facts 3.3, 3.4). */
const KIND_BY_TYPE = new Map<unknown, FrameKind>([
	['heartbeat', 'heartbeat'],
	['flow', 'flow'],
	['online_search', 'search'],
	['images', 'image'],
	['reasoning', 'reasoning'],
	['llm_end', 'answer'],
]);
const KIND_BY_INDEX = new Map<number, FrameKind>([
	[-3, 'search'],
	[-4, 'image'],
	[-8, 'reasoning'],
]);

/** Six digits, whatever the server made of them: `0` and `2005` are `000000` and `002005` (facts 3.7, T14). */
export function sixDigits(code: unknown): string {
	return String(code ?? SUCCESS).padStart(6, '0');
}

/**
 * Reads one text frame. A frame that is not a JSON object gives `undefined` and is to be skipped
 * (facts 3.14).
 *
 * @param clean Applied to the parsed frame; takes out what must not be shown to anybody.
 */
export function parseFrame(
	text: string,
	clean: (raw: IDataObject) => IDataObject = (raw) => raw,
): Frame | undefined {
	const raw = tryParseJson(text);
	return isObject(raw) ? toFrame(clean(raw)) : undefined;
}

function toFrame(raw: IDataObject): Frame {
	const unwrapped = typeof raw.data === 'string' ? embeddedObject(raw) : undefined;
	const data = unwrapped ?? asObject(raw.data);
	const frame = {
		code: sixDigits(raw.code),
		message: asText(raw.message) ?? asText(raw.msg) ?? '',
		index: indexOf(raw.index),
		finished: raw.finish === 'y',
		dialogId: asText(data.dialog_id) ?? asText(raw.dialog_id),
		data,
		text: typeof raw.data === 'string' && !unwrapped ? raw.data : undefined,
		raw,
	};
	return { ...frame, kind: kindOf(frame) };
}

/** The index is a number, or a text in one document (T16). */
function indexOf(index: unknown): number | undefined {
	const text = asText(index);
	return text === undefined || Number.isNaN(Number(text)) ? undefined : Number(text);
}

/** A `json` or `flow` frame's data may be the JSON text of an object (T23). */
function embeddedObject(raw: IDataObject): IDataObject | undefined {
	if (raw.type !== 'json' && raw.type !== 'flow') return undefined;
	const parsed = tryParseJson(String(raw.data));
	return isObject(parsed) ? parsed : undefined;
}

function kindOf(frame: Omit<Frame, 'kind'>): FrameKind {
	const { raw, code, index = 0, message } = frame;
	if (raw.type === 'heartbeat') return 'heartbeat';
	if (ACK_INDEXES.has(index)) {
		// Acks of some servers carry 400000 although nothing failed (T5).
		return code === SUCCESS || /success/i.test(message) ? 'ack' : 'error';
	}
	if (code !== SUCCESS) return 'error';
	const known = KIND_BY_TYPE.get(raw.type) ?? KIND_BY_INDEX.get(index);
	if (known) return known;
	// Other negative indexes stand for things that nobody has explained; none is the answer (facts 3.3).
	if (index < 0) return 'other';
	return raw.type === 'json' || frame.finished ? 'answer' : 'fragment';
}

/** `answer`, which some servers spell `Answer` (T1). */
export function answerOf(data: IDataObject): IDataObject[string] {
	const { answer, Answer } = data;
	return answer === undefined || answer === null || answer === '' ? (Answer ?? answer) : answer;
}

/** Whether the frame says that the engine's round is over (facts 3.7, 002005). */
export function isTerminator({ kind, data }: Frame): boolean {
	return kind === 'flow' && sixDigits(data.code) === '002005';
}
