import { asObject, asText } from '../../../shared/objects';
import { toEvent } from '../../stream/event';
import { reduceEvent } from '../../stream/reduce';
import type { ChatState } from '../../stream/state';

/** Whether a JSON is what blocking mode answers with, not that of another server or of a failure. */
export function isChatAnswer(answer: unknown): boolean {
	const { event, answer: text } = asObject(answer);
	return text !== undefined || event === 'message' || event === 'workflow_paused';
}

/**
 * Takes the answer of blocking mode into the state, as the events that streaming mode would have
 * sent: both modes give the same fields. A pause answers with 200 too (facts 3.6).
 */
export function blockingState(state: ChatState, answer: unknown): void {
	const body = asObject(answer);
	const paused = body.event === 'workflow_paused';
	reduceEvent(state, toEvent({ ...body, event: 'message', from_variable_selector: null }));
	if (paused) reduceEvent(state, toEvent(body));
	else reduceEvent(state, toEvent({ ...body, event: 'message_end' }));
	state.mode = asText(body.mode) ?? state.mode;
	for (const warning of Array.isArray(body.warnings) ? body.warnings : []) {
		const text = asText(warning);
		if (text) state.warnings.push(text);
	}
	if (state.events) state.events = [body];
}
