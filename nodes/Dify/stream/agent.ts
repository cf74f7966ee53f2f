import { asText } from '../../shared/objects';
import type { DifyEvent } from './event';
import type { ChatState } from './state';

/** Keys of an event that say which answer it belongs to, not what it is about. */
const ENVELOPE = new Set(['event', 'task_id', 'message_id', 'conversation_id', 'created_at']);

/** An event's own fields. */
export function ownFields(raw: DifyEvent['raw']): DifyEvent['raw'] {
	return Object.fromEntries(Object.entries(raw).filter(([key]) => !ENVELOPE.has(key)));
}

/** A thought of an agent app; it comes again when the tool has answered (facts 3.4). */
export function agentThought(state: ChatState, { raw }: DifyEvent): void {
	state.mode = 'agent-chat';
	const id = asText(raw.id) ?? String(state.agentThoughts.size);
	state.agentThoughts.set(id, ownFields(raw));
}

/** A piece of the model's reasoning (Dify 1.15 and newer, facts 3.4). */
export function reasoningChunk(state: ChatState, { data }: DifyEvent): void {
	const nodeId = asText(data.node_id) ?? '';
	const text = asText(data.reasoning) ?? '';
	state.reasoning.set(nodeId, (state.reasoning.get(nodeId) ?? '') + text);
}
