import { asObject, asText, assign, objectsIn } from '../../../shared/values';
import type { DifyEvent, RunData } from './event';
import { addFiles } from './files';
import { addForm, closeForms } from './forms';
import type { RunState, TextChange } from './state';
import { appendText, onAgentEvent, onAgentText, onRepeatedText, replaceText } from './text';
import { onContainerStarted, onNodeEnded, onNodeRetry, onNodeStarted } from './trace';

/** The event of a name; some names share a shape. */
type EventOf<Name, Event = DifyEvent> = Event extends { name: infer Names }
	? Name extends Names
		? Event
		: never
	: never;

type Handlers = {
	[Name in DifyEvent['name']]?: (
		state: RunState,
		event: EventOf<Name>,
	) => TextChange | undefined | void;
};

/** What each event changes (SERVER.md, "Event semantics"). */
const HANDLERS: Handlers = {
	workflow_started: (state, { isResumption, createdAt }) => {
		if (isReplyOnly(state)) return;
		// A message of a chat has a time of its own.
		if (state.kind === 'workflow') state.createdAt ??= createdAt;
		if (isResumption) onResumed(state);
		state.started = true;
	},
	workflow_finished: (state, { run }) => onFinished(state, run),
	workflow_paused: (state, { run, forms }) => {
		state.paused = run;
		for (const form of forms) addForm(state, form);
	},
	node_started: (state, { node }) => onNodeStarted(state, node),
	node_finished: (state, { node }) => onNodeEnded(state, node),
	node_retry: (state, { node }) => onNodeRetry(state, node),
	iteration_started: (state, { node }) => onContainerStarted(state, node),
	iteration_completed: (state, { node }) => onNodeEnded(state, node),
	loop_started: (state, { node }) => onContainerStarted(state, node),
	loop_completed: (state, { node }) => onNodeEnded(state, node),
	message: (state, { id, answer, selector }) => {
		state.replyId ??= id;
		// Only the newest Agent apps send one beside their thoughts.
		if (state.mode === 'agent-chat') state.mode = 'agent';
		if (answer === undefined) return undefined;
		return state.agentText ? onRepeatedText(state, answer) : appendText(state, answer, selector);
	},
	agent_message: (state, { answer }) => onAgentText(state, answer),
	agent_thought: (state, { id, thought }) => {
		onAgentEvent(state);
		// It comes again, under the same id, when the tool has answered.
		state.agentThoughts.set(id ?? String(state.agentThoughts.size), thought);
	},
	message_replace: (state, { answer, isModeration }) => {
		// Apps without a workflow give no reason; nothing else replaces a text there.
		if (isModeration || !state.started) state.moderated = true;
		else if (answer === '') {
			// The replay of a run that goes on knows no text: what is missing comes with the end.
			state.hasGap = true;
			return undefined;
		}
		return replaceText(state, answer);
	},
	text_chunk: (state, { text, selector }) => {
		if (state.kind === 'workflow') return appendText(state, text, selector);
		state.chunks += text;
		return undefined;
	},
	text_replace: (state, { text }) => {
		if (state.kind === 'workflow') return replaceText(state, text);
		state.chunks = text;
		return undefined;
	},
	message_end: onMessageEnd,
	message_file: (state, { file, isFromUser }) => {
		if (!isFromUser) addFiles(state, [file]);
	},
	reasoning_chunk: (state, { nodeId, text }) =>
		void state.reasoning.set(nodeId, (state.reasoning.get(nodeId) ?? '') + text),
	human_input_required: (state, { form }) => addForm(state, form),
	human_input_form_filled: (state, { nodeId }) => closeForms(state, nodeId),
	human_input_form_timeout: (state, { nodeId }) => closeForms(state, nodeId),
	tts_message: (state, { audio }) => {
		state.audioBegun = true;
		if (audio) state.audio?.push(audio);
	},
	tts_message_end: (state) => void (state.audioEnded = true),
	warning: (state, { text }) => {
		if (text) state.warnings.push(text);
	},
	error: (state, { error }) => void (state.error = error),
};

/** What happens only after a pause is over, also where the server does not say so itself. */
const GOES_ON = new Set([
	'node_started',
	'node_finished',
	'message',
	'text_chunk',
	'human_input_form_filled',
]);

/**
 * Takes one event into the state. The stream owns its state and is changed in place: a copy per
 * event would make long answers quadratic.
 *
 * @returns What the event did to the text that the user sees; `undefined` for nothing.
 */
export function reduceEvent(state: RunState, event: DifyEvent): TextChange | undefined {
	if (event.name === 'ping') return undefined;
	state.seen = true;
	state.events?.push(event.raw);
	if (!hasAllIds(state)) noteIds(state, event);
	if (state.paused && GOES_ON.has(event.name)) onResumed(state);
	const handle = HANDLERS[event.name] as
		((state: RunState, event: DifyEvent) => TextChange | undefined | void) | undefined;
	return handle?.(state, event) ?? undefined;
}

/** Whether the ids are known already: later events only repeat them. */
function hasAllIds({ taskId, messageId, conversationId, workflowRunId, createdAt }: RunState) {
	return taskId && messageId && conversationId && workflowRunId && createdAt !== undefined;
}

function noteIds(state: RunState, { raw }: DifyEvent): void {
	// Of a run that has ended before, servers give the id of the run as that of its task.
	if (raw.task_id !== raw.workflow_run_id) state.taskId ??= asText(raw.task_id);
	state.messageId ??= asText(raw.message_id);
	state.conversationId ??= asText(raw.conversation_id);
	state.createdAt ??= typeof raw.created_at === 'number' ? raw.created_at : undefined;
	if (!isReplyOnly(state)) {
		state.workflowRunId ??=
			asText(raw.workflow_run_id) ?? asText(asObject(raw.data).workflow_run_id);
	}
}

/**
 * An answer without a workflow run: annotation, input moderation, chat apps. What the newest servers
 * add behind it, to close the stream, is no run: `workflow_started` and a failed `workflow_finished`
 * although the reply succeeded (SERVER.md, "Order of events").
 */
function isReplyOnly(state: RunState): boolean {
	return state.messageEnded && !state.started;
}

function onResumed(state: RunState): void {
	state.resumed = true;
	state.paused = undefined;
}

function onFinished(state: RunState, run: RunData): void {
	if (isReplyOnly(state)) return;
	state.finished = withStop(run);
	state.paused = undefined;
	addFiles(state, objectsIn(run.files));
}

/** A stop by another user, and by anybody on some servers, is told as a failure (SERVER.md, "Stop"). */
export function withStop(run: RunData): RunData {
	const isStop = run.status === 'failed' && /^Aborted: User requested stop/.test(String(run.error));
	return isStop ? { ...run, status: 'stopped' } : run;
}

function onMessageEnd(state: RunState, { id, metadata, files }: EventOf<'message_end'>): void {
	state.messageEnded = true;
	state.replyId ??= id;
	assign(state.metadata, metadata);
	addFiles(state, files);
	for (const [nodeId, text] of Object.entries(asObject(metadata.reasoning))) {
		if (typeof text === 'string') state.reasoning.set(nodeId, text);
	}
}
