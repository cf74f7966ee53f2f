import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import type { Directives } from './directives';

/** What a route answers. */
export interface HttpAnswer {
	status?: number;
	headers?: Record<string, string>;
	/** An object is sent as JSON, a string as it is. */
	body: object | string;
}

/** `{"code":"000000","message":…,"data":…}`. */
export function ok(data: unknown, message = 'success'): HttpAnswer {
	return { body: { code: '000000', message, data } };
}

/** A refusal; the HTTP status of refusals is 200. */
export function refusal(code: string, message: string): HttpAnswer {
	return { body: { code, message, data: null } };
}

/** Longest JSON body in bytes that is read. */
const MAX_BODY = 64 * 1024 * 1024;

/** Reads a whole body as text. */
export async function readText(request: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of request) {
		size += (chunk as Buffer).length;
		if (size <= MAX_BODY) chunks.push(chunk as Buffer);
	}
	return Buffer.concat(chunks).toString('utf8');
}

/** Sends an answer in one piece and tells the status. */
export function send(response: ServerResponse, answer: HttpAnswer): number {
	const status = answer.status ?? 200;
	const isText = typeof answer.body === 'string';
	const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
	response.writeHead(status, {
		'content-type': isText ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8',
		'content-length': Buffer.byteLength(text),
		...answer.headers,
	});
	response.end(text);
	return status;
}

const REASONS: Record<number, string> = {
	401: '401 Unauthorized',
	403: '403 Forbidden',
	404: '404 Not Found',
	429: '429 Too Many Requests',
	500: '500 Internal Server Error',
	502: '502 Bad Gateway',
	503: '503 Service Unavailable',
	504: '504 Gateway Time-out',
};

/** The HTML page that a proxy in front of the server answers. */
export function htmlPage(status: number): string {
	const reason = REASONS[status] ?? `${status}`;
	return `<html>\r\n<head><title>${reason}</title></head>\r\n<body>\r\n<center><h1>${reason}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`;
}

/** The answer that `#status N`, with `#json` and `#retry-after N`, asks for. */
export function statusAnswer(directives: Directives): HttpAnswer | undefined {
	const status = directives.number('status');
	if (status === undefined) return undefined;
	const retryAfter = directives.number('retry-after');
	const headers: Record<string, string> =
		retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
	const envelope = { code: `${status}000`, message: REASONS[status] ?? 'error', data: null };
	return { status, headers, body: directives.has('json') ? envelope : htmlPage(status) };
}

/**
 * Misbehaves before the request is processed. Returns true when nothing more is to be answered:
 * another status, a reset connection, or no answer at all.
 */
export async function refuse(response: ServerResponse, directives: Directives): Promise<boolean> {
	const delay = (directives.number('delay') ?? 0) + (directives.number('slow') ?? 0);
	if (delay > 0) await sleep(delay);
	if (directives.has('reset')) {
		cut(response);
		return true;
	}
	if (directives.has('stall') || directives.has('silent')) return true;
	const answer = statusAnswer(directives);
	if (!answer) return false;
	send(response, answer);
	return true;
}

/** Cuts the connection, with a TCP reset where there is no TLS. */
function cut({ req: { socket } }: ServerResponse): void {
	if (socket instanceof TLSSocket) socket.destroy();
	else socket.resetAndDestroy();
}

/** Sends the answer of a processed request, or loses it: wholly, or from the middle on. */
export function deliver(
	response: ServerResponse,
	answer: HttpAnswer,
	directives: Directives,
): number {
	if (directives.has('lost')) {
		cut(response);
		return 0;
	}
	if (directives.has('invalid-json') || directives.has('truncate')) {
		return deliverHalf(response, answer, directives.has('truncate'));
	}
	return send(response, answer);
}

/** Half a JSON text: with an honest length, or with the whole length and a cut connection. */
function deliverHalf(response: ServerResponse, answer: HttpAnswer, cut: boolean): number {
	const whole = JSON.stringify(answer.body);
	const half = whole.slice(0, Math.floor(whole.length / 2));
	if (!cut) {
		const headers = { 'content-type': 'application/json' };
		return send(response, { body: half, headers });
	}
	response.writeHead(200, {
		'content-type': 'application/json',
		'content-length': Buffer.byteLength(whole),
	});
	response.write(half, () => response.req.socket.destroy());
	return 200;
}
