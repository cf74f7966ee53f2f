import { asObject, asText, isObject } from '../../shared/objects';
import type { DifyEvent } from './event';
import type { ChatState } from './state';
import { claimText, onNodeEnded, onNodeRetry, onNodeStarted } from './trace';

type Handler = (state: ChatState, event: DifyEvent) => void;

/** What each event changes (facts 3.4). Events that are not listed change nothing: servers add new ones. */
const HANDLERS: Record<string, Handler> = {
	workflow_started: onWorkflowStarted,
	workflow_finished: onWorkflowFinished,
	workflow_paused: (state, { data }) => {
		state.paused = data;
	},
	node_started: onNodeStarted,
	node_finished: onNodeEnded,
	node_retry: onNodeRetry,
	iteration_started: onNodeStarted,
	iteration_completed: onNodeEnded,
	loop_started: onNodeStarted,
	loop_completed: onNodeEnded,
	message: onMessage,
	agent_message: onAgentMessage,
	agent_thought: (state) => {
		state.mode = 'agent-chat';
	},
	message_replace: onMessageReplace,
	message_end: onMessageEnd,
	message_file: (state, { raw }) => {
		state.files.push(raw);
	},
	reasoning_chunk: onReasoningChunk,
	human_input_required: (state, { data }) => {
		state.forms.push(data);
	},
	tts_message: (state, { raw }) => {
		const audio = asText(raw.audio);
		if (audio) state.audio.push(audio);
	},
	tts_message_end: (state) => {
		state.audioEnded = true;
	},
	warning: (state, { raw }) => {
		const warning = asText(raw.warning) ?? asText(raw.message);
		if (warning) state.warnings.push(warning);
	},
	error: onError,
};

/**
 * Takes one event into the state. The stream owns its state and is changed in place: a copy per
 * event would make long answers quadratic.
 *
 * @returns The text that the user may see at once: what this event added to the answer.
 */
export function reduceEvent(state: ChatState, event: DifyEvent): string {
	if (event.name === 'ping') return '';
	state.events?.push(event.raw);
	noteIds(state, event);
	const before = state.answer;
	HANDLERS[event.name]?.(state, event);
	return state.answer.startsWith(before) ? state.answer.slice(before.length) : '';
}

function noteIds(state: ChatState, { raw, data }: DifyEvent): void {
	state.taskId ??= asText(raw.task_id);
	state.messageId ??= asText(raw.message_id);
	state.conversationId ??= asText(raw.conversation_id);
	state.workflowRunId ??= asText(raw.workflow_run_id) ?? asText(data.workflow_run_id);
	state.createdAt ??= typeof raw.created_at === 'number' ? raw.created_at : undefined;
}

function onMessage(state: ChatState, { raw }: DifyEvent): void {
	const text = asText(raw.answer) ?? '';
	// A new-agent app streams `agent_message` and then repeats the whole text in one `message` (facts 3.4).
	if (state.mode === 'agent-chat' && text === state.answer) return;
	state.answer += text;
	claimText(state, raw.from_variable_selector, text);
}

function onAgentMessage(state: ChatState, { raw }: DifyEvent): void {
	state.mode = 'agent-chat';
	state.answer += asText(raw.answer) ?? '';
}

function onMessageReplace(state: ChatState, { raw }: DifyEvent): void {
	state.answer = asText(raw.answer) ?? '';
}

function onMessageEnd(state: ChatState, { raw }: DifyEvent): void {
	state.messageEnded = true;
	state.metadata = { ...state.metadata, ...asObject(raw.metadata) };
	addFiles(state, raw.files);
	for (const [nodeId, text] of Object.entries(asObject(asObject(raw.metadata).reasoning))) {
		if (typeof text === 'string') state.reasoning.set(nodeId, text);
	}
}

/** A run that begins after the message has ended is the newest servers' way to close the stream (facts 3.3, 1.17). */
function onWorkflowStarted(state: ChatState): void {
	if (!state.messageEnded) state.started = true;
}

function onWorkflowFinished(state: ChatState, { data }: DifyEvent): void {
	if (state.messageEnded && !state.started) return;
	state.finished = data;
	addFiles(state, data.files);
}

function addFiles(state: ChatState, files: unknown): void {
	if (!Array.isArray(files)) return;
	const known = new Set(state.files.map(({ id, url }) => asText(id) ?? asText(url)));
	for (const file of files) {
		if (isObject(file) && !known.has(asText(file.id) ?? asText(file.url))) state.files.push(file);
	}
}

function onReasoningChunk(state: ChatState, { data }: DifyEvent): void {
	const nodeId = asText(data.node_id) ?? '';
	const text = asText(data.reasoning) ?? '';
	state.reasoning.set(nodeId, (state.reasoning.get(nodeId) ?? '') + text);
}

function onError(state: ChatState, { raw }: DifyEvent): void {
	state.error = {
		code: asText(raw.code),
		status: asText(raw.status),
		message: asText(raw.message) ?? '',
	};
}
