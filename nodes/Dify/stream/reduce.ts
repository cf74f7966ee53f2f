import { asObject, asText } from '../../shared/objects';
import { agentThought, reasoningChunk } from './agent';
import type { DifyEvent } from './event';
import { addFiles, messageFile } from './files';
import { onFormClosed, onFormRequired, onPaused } from './human';
import type { ChatState, TextChange } from './state';
import { onAgentMessage, onMessage, onMessageReplace, onTextChunk, onTextReplace } from './text';
import { onContainerStarted, onNodeEnded, onNodeRetry, onNodeStarted } from './trace';

type Handler = (state: ChatState, event: DifyEvent) => TextChange | undefined | void;

/** What each event changes (facts 3.4). Events that are not listed change nothing: servers add new ones. */
const HANDLERS = new Map<string, Handler>(
	Object.entries({
		workflow_started: onWorkflowStarted,
		workflow_finished: onWorkflowFinished,
		workflow_paused: onPaused,
		node_started: onNodeStarted,
		node_finished: onNodeEnded,
		node_retry: onNodeRetry,
		iteration_started: onContainerStarted,
		iteration_completed: onNodeEnded,
		loop_started: onContainerStarted,
		loop_completed: onNodeEnded,
		message: onMessage,
		agent_message: onAgentMessage,
		agent_thought: agentThought,
		message_replace: onMessageReplace,
		text_chunk: onTextChunk,
		text_replace: onTextReplace,
		message_end: onMessageEnd,
		message_file: messageFile,
		reasoning_chunk: reasoningChunk,
		human_input_required: onFormRequired,
		human_input_form_filled: onFormClosed,
		human_input_form_timeout: onFormClosed,
		tts_message: onAudio,
		tts_message_end: onAudioEnd,
		warning: onWarning,
		error: onError,
	}),
);

/** What happens only after a pause is over, also where the server does not say so itself. */
const GOES_ON = new Set(['node_started', 'node_finished', 'message', 'human_input_form_filled']);

/**
 * Takes one event into the state. The stream owns its state and is changed in place: a copy per
 * event would make long answers quadratic.
 *
 * @returns What the event did to the text that the user sees; `undefined` for nothing.
 */
export function reduceEvent(state: ChatState, event: DifyEvent): TextChange | undefined {
	if (event.name === 'ping') return undefined;
	state.seen = true;
	state.events?.push(event.raw);
	if (!isComplete(state)) noteIds(state, event);
	if (state.paused && GOES_ON.has(event.name)) onResumed(state);
	return HANDLERS.get(event.name)?.(state, event) ?? undefined;
}

/** Whether the ids are known already: later events only repeat them. */
function isComplete({ taskId, messageId, conversationId, workflowRunId, createdAt }: ChatState) {
	return taskId && messageId && conversationId && workflowRunId && createdAt !== undefined;
}

function noteIds(state: ChatState, { raw, data }: DifyEvent): void {
	state.taskId ??= asText(raw.task_id);
	state.messageId ??= asText(raw.message_id);
	state.conversationId ??= asText(raw.conversation_id);
	state.createdAt ??= typeof raw.created_at === 'number' ? raw.created_at : undefined;
	if (!isReplyOnly(state)) {
		state.workflowRunId ??= asText(raw.workflow_run_id) ?? asText(data.workflow_run_id);
	}
}

/**
 * An answer without a workflow run: annotation, input moderation, chat apps. What the newest servers
 * add behind it, to close the stream, is no run: `workflow_started` and a failed `workflow_finished`
 * although the reply succeeded (facts 3.3, column 1.17).
 */
function isReplyOnly(state: ChatState): boolean {
	return state.messageEnded && !state.started;
}

function onWorkflowStarted(state: ChatState, { data }: DifyEvent): void {
	if (isReplyOnly(state)) return;
	if (data.reason === 'resumption') onResumed(state);
	state.started = true;
}

function onResumed(state: ChatState): void {
	state.resumed = true;
	state.paused = undefined;
}

function onWorkflowFinished(state: ChatState, { data }: DifyEvent): void {
	if (isReplyOnly(state)) return;
	state.finished = data;
	state.paused = undefined;
	addFiles(state, data.files);
}

function onMessageEnd(state: ChatState, { raw }: DifyEvent): void {
	state.messageEnded = true;
	state.replyId ??= asText(raw.id);
	const metadata = asObject(raw.metadata);
	state.metadata = { ...state.metadata, ...metadata };
	addFiles(state, raw.files);
	for (const [nodeId, text] of Object.entries(asObject(metadata.reasoning))) {
		if (typeof text === 'string') state.reasoning.set(nodeId, text);
	}
}

function onAudio(state: ChatState, { raw }: DifyEvent): void {
	state.audioBegun = true;
	const audio = asText(raw.audio);
	if (audio) state.audio?.push(audio);
}

function onAudioEnd(state: ChatState): void {
	state.audioEnded = true;
}

function onWarning(state: ChatState, { raw }: DifyEvent): void {
	const warning = asText(raw.warning) ?? asText(raw.message);
	if (warning) state.warnings.push(warning);
}

function onError(state: ChatState, { raw }: DifyEvent): void {
	state.error = {
		code: asText(raw.code),
		status: asText(raw.status),
		message: asText(raw.message) ?? '',
	};
}
