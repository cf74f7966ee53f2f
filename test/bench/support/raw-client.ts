import { connect } from 'node:net';
import { now } from '../workers/clock';

const LIMIT_MS = 30_000;
/** How a body of chunks ends (RFC 9112, 7.1). */
const LAST_CHUNK = '0\r\n\r\n';

export interface RawRequest {
	url: string;
	headers?: Record<string, string>;
	body: object;
	/** What is waited for in the answer; its first group is the moment at which it was sent. */
	sent: RegExp;
}

/**
 * Sends a POST through a bare socket and reads the answer as it comes: no client library stands
 * between the bytes and the clock.
 *
 * @returns How many milliseconds after it was sent the text had arrived; resolves at the end of the
 * answer, not of the connection, which some servers keep open.
 */
export async function delayOf({ url, headers = {}, body, sent }: RawRequest): Promise<number> {
	const { hostname, port, pathname } = new URL(url);
	const content = JSON.stringify(body);
	const lines = Object.entries({
		host: `${hostname}:${port}`,
		'content-type': 'application/json',
		'content-length': String(Buffer.byteLength(content)),
		connection: 'close',
		...headers,
	}).map(([name, value]) => `${name}: ${value}`);
	return await new Promise((resolve, reject) => {
		const socket = connect(Number(port), hostname);
		let text = '';
		let delay: number | undefined;
		socket.setNoDelay(true);
		socket.setTimeout(LIMIT_MS, () => socket.destroy(new Error(`${url} fell silent`)));
		socket.on('connect', () =>
			socket.write(`POST ${pathname} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${content}`),
		);
		socket.on('data', (chunk: Buffer) => {
			const arrived = now();
			text += chunk.toString();
			const moment = delay === undefined ? sent.exec(text)?.[1] : undefined;
			if (moment !== undefined) delay = arrived - Number(moment);
			if (text.endsWith(LAST_CHUNK)) socket.destroy();
		});
		socket.on('error', reject);
		socket.on('close', () => {
			if (delay === undefined) reject(new Error(`${url} answered: ${text.slice(0, 1000)}`));
			else resolve(delay);
		});
	});
}
