import type { RunSession } from './session';

/** One piece of a scripted stream: text or base64 bytes, sent after `delayMs`. */
export interface ScriptChunk {
	data?: string;
	base64?: string;
	delayMs?: number;
}

/** A stream played back byte for byte. */
export interface SseScript {
	status?: number;
	headers?: Record<string, string>;
	chunks: ScriptChunk[];
	/** What happens after the last chunk. Default: close. */
	then?: 'close' | 'hold' | 'cut';
	/** Replace `{{conversation_id}}`, `{{message_id}}`, `{{task_id}}`, `{{workflow_run_id}}`. */
	substitute?: boolean;
	/** The answer that the message keeps in the history. */
	answer?: string;
}

/** A run written as a function; it may throw what the session's `fail` gives. */
export type Scenario = (run: RunSession) => Promise<void>;

export interface ScenarioRegistry {
	scripts: Map<string, SseScript>;
	scenarios: Map<string, Scenario>;
}

export function createRegistry(): ScenarioRegistry {
	return { scripts: new Map(), scenarios: new Map() };
}
