import type { IDataObject } from 'n8n-workflow';

import { tryParseJson } from '../../../shared/json';
import { asObject, asText, isObject, objectsIn } from '../../../shared/values';

/**
 * The events of a run as Dify streams them, with the differences between its versions taken out. What
 * an event does not hold is `undefined` or empty; other events come as `other` and change nothing.
 * See SERVER.md, "Event semantics".
 */
export type DifyEvent = { raw: IDataObject } & (
	| MessageEvent
	| { name: 'message_replace'; answer: string; isModeration: boolean }
	/** A piece of what a Workflow app puts out, while it is written. */
	| { name: 'text_chunk' | 'text_replace'; text: string; selector: unknown }
	| MessageEndEvent
	| { name: 'message_file'; file: IDataObject; isFromUser: boolean }
	| { name: 'agent_thought'; id?: string; thought: IDataObject }
	/** A piece of the model's reasoning, Dify 1.15 and later. */
	| { name: 'reasoning_chunk'; nodeId: string; text: string }
	| { name: 'workflow_started'; isResumption: boolean; createdAt?: number }
	| { name: 'workflow_finished'; run: RunData }
	/** The run waits for humans (Dify 1.13 and later); `forms` are those that it has sent out. */
	| { name: 'workflow_paused'; run: RunData; forms: IDataObject[] }
	| { name: NodeEventName; node: NodeData }
	/** A form for a human; `form_token` is null if it goes out by email only. */
	| { name: 'human_input_required'; form: IDataObject }
	| { name: 'human_input_form_filled' | 'human_input_form_timeout'; nodeId?: string }
	/** A piece of spoken MP3, base64. */
	| { name: 'tts_message'; audio?: string }
	| { name: 'tts_message_end' }
	| { name: 'warning'; text?: string }
	| { name: 'error'; error: StreamError }
	| { name: 'ping' }
	| { name: 'other' }
);

/** A piece of the answer; in agent apps `message` repeats all that came as `agent_message`. */
interface MessageEvent {
	name: 'message' | 'agent_message';
	id?: string;
	answer?: string;
	/** Where the text comes from: node id and variable; `null` in templates, missing in old servers. */
	selector: unknown;
}

interface MessageEndEvent {
	name: 'message_end';
	id?: string;
	/** Usage (prices are texts), citations, and since Dify 1.15 `reasoning` by node id. */
	metadata: IDataObject;
	files: IDataObject[];
}

/** `data` of an event that tells how a run ended or paused: status, outputs, tokens, seconds. */
export type RunData = IDataObject;

/** `data` of an event about a node. */
export interface NodeData {
	/** Id of the execution, which is unique; of iterations and loops that of the node. */
	id: string;
	/** Repeats in iterations and loops. */
	nodeId: string;
	isAnswerNode: boolean;
	/** What an Answer node put out. */
	answer?: string;
	/** Everything as received. */
	data: IDataObject;
}

/** An `error` event, in the server's words; early ones carry neither code nor ids. */
export interface StreamError {
	code?: string;
	status?: string;
	message: string;
}

const NODE_EVENTS = [
	'node_started',
	'node_finished',
	'node_retry',
	'iteration_started',
	'iteration_completed',
	'loop_started',
	'loop_completed',
] as const;

type NodeEventName = (typeof NODE_EVENTS)[number];

type Parser = (raw: IDataObject, data: IDataObject) => DifyEvent;

const PARSERS = new Map<string, Parser>(
	Object.entries({
		message: messageEvent,
		agent_message: messageEvent,
		message_replace: (raw): DifyEvent => ({
			name: 'message_replace',
			answer: asText(raw.answer) ?? '',
			isModeration: raw.reason === 'output_moderation',
			raw,
		}),
		text_chunk: textEvent,
		text_replace: textEvent,
		message_end: (raw): DifyEvent => ({
			name: 'message_end',
			id: asText(raw.id),
			metadata: asObject(raw.metadata),
			files: objectsIn(raw.files),
			raw,
		}),
		message_file: (raw): DifyEvent => {
			// What servers up to 1.13 call pieces of text if the message has a file (SERVER.md, "Other kinds of apps").
			if (typeof raw.answer === 'string') return messageEvent(raw);
			const isFromUser = raw.belongs_to === 'user';
			return { name: 'message_file', file: ownFields(raw), isFromUser, raw };
		},
		agent_thought: (raw): DifyEvent => ({
			name: 'agent_thought',
			id: asText(raw.id),
			thought: ownFields(raw),
			raw,
		}),
		reasoning_chunk: (raw, data): DifyEvent => ({
			name: 'reasoning_chunk',
			nodeId: asText(data.node_id) ?? '',
			text: asText(data.reasoning) ?? '',
			raw,
		}),
		workflow_started: (raw, data): DifyEvent => ({
			name: 'workflow_started',
			isResumption: data.reason === 'resumption',
			createdAt: typeof data.created_at === 'number' ? data.created_at : undefined,
			raw,
		}),
		workflow_finished: (raw, run): DifyEvent => ({ name: 'workflow_finished', run, raw }),
		workflow_paused: (raw, run): DifyEvent => ({
			name: 'workflow_paused',
			run,
			forms: pauseForms(run),
			raw,
		}),
		...Object.fromEntries(NODE_EVENTS.map((name) => [name, nodeEvent(name)])),
		human_input_required: (raw, form): DifyEvent => ({ name: 'human_input_required', form, raw }),
		human_input_form_filled: formClosedEvent('human_input_form_filled'),
		human_input_form_timeout: formClosedEvent('human_input_form_timeout'),
		tts_message: (raw): DifyEvent => ({ name: 'tts_message', audio: asText(raw.audio), raw }),
		tts_message_end: (raw): DifyEvent => ({ name: 'tts_message_end', raw }),
		warning: (raw): DifyEvent => ({
			name: 'warning',
			text: asText(raw.warning) ?? asText(raw.message),
			raw,
		}),
		error: (raw): DifyEvent => ({
			name: 'error',
			error: {
				code: asText(raw.code),
				status: asText(raw.status),
				message: asText(raw.message) ?? '',
			},
			raw,
		}),
		ping: (raw): DifyEvent => ({ name: 'ping', raw }),
	} satisfies Record<string, Parser>),
);

const NO_DATA: IDataObject = Object.freeze({});

/** Reads the data of one SSE message. What is not a JSON object gives `undefined` and is to be skipped. */
export function parseEvent(text: string): DifyEvent | undefined {
	const raw = tryParseJson(text);
	return isObject(raw) ? toEvent(raw) : undefined;
}

/** The event that an object is. */
export function toEvent(raw: IDataObject): DifyEvent {
	const parse = PARSERS.get(asText(raw.event) ?? '');
	return parse?.(raw, isObject(raw.data) ? raw.data : NO_DATA) ?? { name: 'other', raw };
}

function messageEvent(raw: IDataObject): DifyEvent {
	return {
		name: raw.event === 'agent_message' ? 'agent_message' : 'message',
		id: asText(raw.id),
		answer: asText(raw.answer),
		selector: raw.from_variable_selector,
		raw,
	};
}

function textEvent(raw: IDataObject, data: IDataObject): DifyEvent {
	const name = raw.event === 'text_chunk' ? 'text_chunk' : 'text_replace';
	return { name, text: asText(data.text) ?? '', selector: data.from_variable_selector, raw };
}

function nodeEvent(name: NodeEventName): Parser {
	return (raw, data) => {
		const nodeId = asText(data.node_id) ?? '';
		// A replay tells iterations and loops as nodes with an id of their own.
		const isContainer = data.node_type === 'iteration' || data.node_type === 'loop';
		const node: NodeData = {
			id: isContainer ? nodeId : (asText(data.id) ?? nodeId),
			nodeId,
			isAnswerNode: data.node_type === 'answer',
			answer: asText(asObject(data.outputs).answer),
			data,
		};
		return { name, node, raw };
	};
}

function formClosedEvent(name: 'human_input_form_filled' | 'human_input_form_timeout'): Parser {
	return (raw, data) => ({ name, nodeId: asText(data.node_id), raw });
}

/** The forms are told once more among the reasons of a pause. */
function pauseForms(run: RunData): IDataObject[] {
	return objectsIn(run.reasons)
		.filter((reason) => 'form_id' in reason)
		.map(({ TYPE: _type, ...form }) => form);
}

/** Keys of an event that say which answer it belongs to, not what it is about. */
const ENVELOPE = new Set(['event', 'task_id', 'message_id', 'conversation_id', 'created_at']);

function ownFields(raw: IDataObject): IDataObject {
	return Object.fromEntries(Object.entries(raw).filter(([key]) => !ENVELOPE.has(key)));
}
