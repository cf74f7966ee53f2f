import { ChatflowError } from './errors';
import type { ByteStream } from './http';
import { networkError, networkErrorInfo } from './http';
import { wait } from './wait';
import { startWatchdog } from './watchdog';

const MB = 1024 * 1024;
/** Largest JSON that is read, in bytes, after decompression. */
export const MAX_JSON_BYTES = 64 * MB;
/** How much is taken of one stream. */
export interface StreamLimits {
	bytes: number;
	/** Events or frames that become items. */
	events: number;
}

export const STREAM_LIMITS: StreamLimits = { bytes: 512 * MB, events: 1_000_000 };
/** How many times the Timeout a response may take that never pauses for so long. */
export const MAX_PAUSES = 10;
const MAX_PAGE_BYTES = 64 * 1024;
const MAX_PAGE_MS = 5_000;

/** How long and how large a body may be. */
export interface BodyLimits {
	/** Milliseconds without a byte. */
	idleMs: number;
	/** When it must be complete, epoch milliseconds: single bytes must not keep it alive for ever. */
	until: number;
	maxBytes?: number;
}

/** More was sent than is read. */
export function tooLarge(service: string, maxBytes: number): ChatflowError {
	return new ChatflowError({
		message: `The ${service} server sent more than ${maxBytes / MB} MB`,
		description: 'Ask for less at once, or check what the server at the Base URL is',
		details: { code: 'too_large', limit_bytes: maxBytes },
	});
}

/** More events came than become items. */
export function tooMany(service: string, maxEvents: number): ChatflowError {
	return new ChatflowError({
		message: `The ${service} server sent more than ${maxEvents} events`,
		description: 'Choose another Output Mode, or check what the server at the Base URL is',
		details: { code: 'too_large', limit_events: maxEvents },
	});
}

/**
 * Passes chunks on until they are more than the limit.
 *
 * @throws ChatflowError see {@link tooLarge}.
 */
export async function* limited(
	service: string,
	chunks: AsyncIterable<Uint8Array>,
	maxBytes: number,
): AsyncGenerator<Uint8Array> {
	let bytes = 0;
	for await (const chunk of chunks) {
		bytes += chunk.length;
		if (bytes > maxBytes) throw tooLarge(service, maxBytes);
		yield chunk;
	}
}

/**
 * Reads a text to its end.
 *
 * @param close Cuts the connection that the body comes from.
 * @throws ChatflowError if it breaks off, takes too long or is too large.
 */
export async function readText(
	service: string,
	{ body, close }: { body: ByteStream | string; close: () => void },
	{ idleMs, until, maxBytes = MAX_JSON_BYTES }: BodyLimits,
): Promise<string> {
	// n8n's test mode answers with texts, whatever is asked for.
	if (typeof body === 'string') return body;
	let lastByteAt = Date.now();
	let expired = false;
	const deadline = () => Math.min(until, lastByteAt + idleMs);
	const watchdog = startWatchdog(deadline, () => {
		expired = true;
		close();
	});
	const decoder = new TextDecoder();
	let text = '';
	try {
		for await (const chunk of limited(service, body, maxBytes)) {
			lastByteAt = Date.now();
			text += decoder.decode(chunk, { stream: true });
		}
	} catch (error) {
		close();
		if (!expired) throw networkError(service, error);
	} finally {
		watchdog.stop();
	}
	if (expired) throw timedOut(service);
	return text + decoder.decode();
}

/** A response that began, and then took too long. */
export function timedOut(service: string): ChatflowError {
	const info = networkErrorInfo(service, 'ETIMEDOUT', 'timed out');
	return new ChatflowError(info, { network: 'ETIMEDOUT' });
}

/** The beginning of a streamed text, as far as it comes within the Timeout; an error page may be long. */
export async function startOfText(
	body: ByteStream | string,
	timeoutMs = MAX_PAGE_MS,
): Promise<string> {
	if (typeof body === 'string') return body;
	const decoder = new TextDecoder();
	const done = new AbortController();
	let text = '';
	let bytes = 0;
	const read = async () => {
		for await (const chunk of body) {
			text += decoder.decode(chunk.subarray(0, MAX_PAGE_BYTES - bytes), { stream: true });
			bytes += chunk.length;
			if (bytes >= MAX_PAGE_BYTES) break;
		}
	};
	const reading = read().then(
		() => done.abort(),
		() => done.abort(),
	);
	await Promise.race([reading, wait(Math.min(timeoutMs, MAX_PAGE_MS), done.signal)]);
	body.destroy();
	return text;
}
