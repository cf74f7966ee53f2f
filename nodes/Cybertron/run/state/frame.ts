import type { IDataObject } from 'n8n-workflow';

import type { ErrorInfo } from '../../../shared/errors';
import { tryParseJson } from '../../../shared/json';
import { asObject, asText, isObject } from '../../../shared/values';
import { errorOfCode, errorText, SUCCESS } from '../../transport/errors';
import { answerOf, answerText, answerValue, nodeText } from './answer';
import type { FlowFields } from './flowFrame';
import { readFlowFields } from './flowFrame';
import type { ReceivedFrame } from './receivedFrame';
import { receive } from './receivedFrame';
import { wantedFilesIn } from './wantedFiles';

/** What each kind of frame holds (SERVER.md, "Kinds of frames"). */
interface FieldsByKind {
	/** The response to a heartbeat; belongs to no round. */
	heartbeat: object;
	/** The server has accepted the message: its task (index -2) or its question (index -1). */
	ack: { taskId?: string };
	/** A refusal; ends the round. */
	error: { error: ErrorInfo };
	/** A hit of the online search (index -3). */
	search: { hit: IDataObject };
	/** The address of an image that the answer refers to (index -4). */
	image: { url?: string };
	/** A piece of the model's reasoning (index -8). */
	reasoning: { text: string };
	/** Whatever happens in a flow. */
	flow: FlowFields;
	/** A piece of a plain robot's answer; `index` counts from 0 on servers that count. */
	fragment: { index?: number; text: string };
	answer: AnswerFields;
	/** Indexes -5 to -7, which nobody has explained. None is an answer. */
	other: object;
}

/** A plain robot's answer as a whole: not a piece of it. */
interface AnswerFields {
	index?: number;
	text: string;
	/** The answer itself, if it is the object of a plugin. */
	object?: IDataObject;
	/** What the server calls the kind of the answer: `string` or `json`. */
	type?: string;
	/** Where the answer comes from, if the server says so, for example `QA`. */
	source?: string;
	/** Whether the answer is complete. A plugin's comes twice, first incomplete. */
	last: boolean;
	/** Whether it may be the last piece instead: a finished `string` frame is documented as the whole. */
	mayBePiece: boolean;
}

export type FrameKind = keyof FieldsByKind;

/** One frame of the server, with the differences between server versions taken out. */
export type Frame<Kinds extends FrameKind = FrameKind> = {
	[Kind in Kinds]: FieldsByKind[Kind] & {
		kind: Kind;
		/** Every digit of it; a 002005 frame repeats that of the session's first round. */
		dialogId?: string;
		/** Which files a flow wants: `upload_file_categories`, `instruction` and so on. */
		wantedFiles?: IDataObject;
		/** The frame as received; integers too long for a number are texts. */
		raw: IDataObject;
	};
}[Kinds];

type Readers = { [Kind in FrameKind]: (received: ReceivedFrame) => FieldsByKind[Kind] };

const READERS: Readers = {
	heartbeat: () => ({}),
	other: () => ({}),
	ack: ({ data }) => ({ taskId: asText(data.task_id) }),
	error: ({ code, message, text, data }) => ({
		error: errorOfCode(code, errorText(message, text ?? nodeText(data))),
	}),
	search: ({ data }) => {
		const answer = asObject(data.answer);
		return { hit: Object.keys(answer).length > 0 ? answer : data };
	},
	image: ({ data, text }) => ({ url: asText(answerOf(data)) ?? text }),
	reasoning: ({ data, text }) => ({ text: asText(data.content) ?? text ?? '' }),
	flow: readFlowFields,
	fragment: ({ index, data, text }) => ({ index, text: answerText(text ?? answerOf(data)) }),
	answer: ({ index, finished, data, text, raw }) => {
		const answer = text ?? answerValue(data) ?? data;
		return {
			index,
			text: answerText(answer),
			object: isObject(answer) && answer !== data ? answer : undefined,
			type: asText(data.type),
			source: asText(data.answer_source),
			last: finished || raw.type === 'llm_end',
			mayBePiece: raw.type === 'string',
		};
	},
};

/** Reads a text that the server sent; `undefined` if it is not a JSON object: then it is to be skipped. */
export function parseFrame(text: string): Frame | undefined {
	const raw = tryParseJson(text);
	if (!isObject(raw)) return undefined;
	const received = receive(raw);
	const { data } = received;
	return readAs(kindOf(received), received, {
		dialogId: asText(data.dialog_id) ?? asText(raw.dialog_id),
		wantedFiles: wantedFilesIn(text, [raw, data]),
		raw,
	});
}

function readAs<Kind extends FrameKind>(
	kind: Kind,
	received: ReceivedFrame,
	common: Omit<Frame<'other'>, 'kind'>,
): Frame<Kind> {
	// Not by spreading: with so many fields that takes longer than reading them.
	return Object.assign(READERS[kind](received), common, { kind }) as Frame<Kind>;
}

const KIND_BY_TYPE = new Map<unknown, FrameKind>([
	['flow', 'flow'],
	['online_search', 'search'],
	['images', 'image'],
	['reasoning', 'reasoning'],
	['llm_end', 'answer'],
]);
/** Of frames that come beside the answer. */
const KIND_BY_INDEX = new Map<number, FrameKind>([
	[-3, 'search'],
	[-4, 'image'],
	[-8, 'reasoning'],
]);

function kindOf({ raw, code, index = 0, message, finished }: ReceivedFrame): FrameKind {
	if (raw.type === 'heartbeat') return 'heartbeat';
	// Acknowledgements of some servers carry 400000 although nothing failed.
	const accepted = (index === -1 || index === -2) && /success/i.test(message);
	if (code !== SUCCESS && !accepted) return 'error';
	if (index === -1 || index === -2) return 'ack';
	const known = KIND_BY_TYPE.get(raw.type) ?? KIND_BY_INDEX.get(index);
	if (known) return known;
	if (index < 0) return 'other';
	return raw.type === 'json' || finished ? 'answer' : 'fragment';
}

/** Whether the frame says that the round is over. */
export function isTerminator(frame: Frame): boolean {
	return frame.kind === 'flow' && frame.code === '002005';
}
