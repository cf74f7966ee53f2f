import { connect } from 'node:net';

const LIMIT_MS = 30_000;

export interface RawRequest {
	url: string;
	headers?: Record<string, string>;
	body: object;
	/** What the answer must contain for the moment to be taken. */
	until: RegExp;
}

/**
 * Sends a POST through a bare socket and reads the answer as it comes: no client library stands
 * between the bytes and the clock.
 *
 * @returns When (by `performance.now()`) the wanted text had arrived; resolves at the answer's end.
 */
export async function momentOf({ url, headers = {}, body, until }: RawRequest): Promise<number> {
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
		let moment: number | undefined;
		socket.setNoDelay(true);
		socket.setTimeout(LIMIT_MS, () => socket.destroy(new Error(`${url} fell silent`)));
		socket.on('connect', () =>
			socket.write(`POST ${pathname} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${content}`),
		);
		socket.on('data', (chunk: Buffer) => {
			const now = performance.now();
			text += chunk.toString();
			if (moment === undefined && until.test(text)) moment = now;
		});
		socket.on('error', reject);
		socket.on('close', () => {
			if (moment === undefined) reject(new Error(`${url} answered: ${text.slice(0, 1000)}`));
			else resolve(moment);
		});
	});
}
