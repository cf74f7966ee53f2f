/**
 * What a round consists of on the wire: a sequence of small steps which the player carries out one
 * after the other. Producers (flows, plain answers, scripts) make steps, tampering rewrites them.
 */

/** One protocol frame. `code` is the flow's `data.code`, kept beside the text so that a frame can
 * be filtered without parsing text that may hold bare 64-bit numbers. */
export interface FrameStep {
	do: 'frame';
	text: string;
	code?: string;
	index?: number;
}

export type Step =
	| FrameStep
	/** A text message that is no protocol frame (junk). */
	| { do: 'text'; text: string }
	| { do: 'binary'; bytes: Buffer }
	/** Bytes written to the TCP socket behind the WebSocket library's back. */
	| { do: 'raw'; bytes: Buffer }
	/** Milliseconds of silence. */
	| { do: 'wait'; ms: number }
	| { do: 'ping' }
	/** Send a close frame. */
	| { do: 'close'; code: number; reason: string }
	/** Cut the TCP connection without a close frame. */
	| { do: 'terminate' }
	/** Nothing more in this round, the socket stays open. */
	| { do: 'stop' };

/** A round's steps; a generator where the round is too big to be built in advance. */
export type Steps = Iterable<Step>;

export type JsonObject = { [key: string]: unknown };

/** True for a plain JSON object (no array, no null). */
export function isJsonObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object in a JSON text, or undefined when the text is anything else. */
export function parseJsonObject(text: string): JsonObject | undefined {
	try {
		const value: unknown = JSON.parse(text);
		return isJsonObject(value) ? value : undefined;
	} catch {
		return undefined;
	}
}

/** A field as text: strings as they are, numbers and booleans printed, anything else ''. */
export function asText(value: unknown): string {
	if (typeof value === 'string') return value;
	return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
