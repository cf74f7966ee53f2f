import { asObject, asText } from '../../../shared/values';
import { toEvent } from './event';
import { reduceEvent } from './reduce';
import type { RunState } from './state';

/** Whether a JSON is what blocking mode answers with, not that of another server or of a failure. */
export function isBlockingAnswer(json: unknown): boolean {
	const { event, answer } = asObject(json);
	return answer !== undefined || event === 'message' || event === 'workflow_paused';
}

/**
 * Takes the answer of blocking mode into the state, as the events that streaming mode would have
 * sent: both modes give the same fields. A pause is answered with 200, too.
 */
export function takeBlockingAnswer(state: RunState, answer: unknown): void {
	const body = asObject(answer);
	const paused = body.event === 'workflow_paused';
	reduceEvent(state, toEvent({ ...body, event: 'message', from_variable_selector: null }));
	reduceEvent(state, toEvent(paused ? body : { ...body, event: 'message_end' }));
	state.mode = asText(body.mode) ?? state.mode;
	for (const warning of Array.isArray(body.warnings) ? body.warnings : []) {
		const text = asText(warning);
		if (text) state.warnings.push(text);
	}
	if (state.events) state.events = [body];
}
