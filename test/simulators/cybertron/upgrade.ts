import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket, WebSocketServer } from 'ws';
import { directivesAt } from './faults';
import { htmlPage, statusAnswer } from './http';
import { serveSocket } from './socket';
import type { SimulatorState } from './state';

/** The two paths of the dialog socket. */
const SOCKET_PATHS = new Set(['/openapi/v1/ws/dialog/', '/openapi/v2/ws/dialog/']);

/** Answers a WebSocket handshake: opens the socket, or refuses as the faults ask. */
export async function serveUpgrade(
	state: SimulatorState,
	server: WebSocketServer,
	request: IncomingMessage,
	stream: Duplex,
	head: Buffer,
): Promise<void> {
	// Handshakes that are given up by the client must not take the server down.
	stream.on('error', () => undefined);
	const url = new URL(request.url ?? '/', 'http://simulator');
	const path = url.pathname;
	const query = Object.fromEntries(url.searchParams);
	state.handshakes.push({ path, query, headers: request.headers, at: Date.now() });
	const directives = directivesAt(state.faults, { on: 'upgrade', path });
	const delay = directives.number('delay');
	if (delay !== undefined) await sleep(delay);
	const refused = statusAnswer(directives);
	const isKnown = SOCKET_PATHS.has(path);
	if (!isKnown || refused || directives.has('reset') || directives.has('stall')) {
		state.counters.refused += 1;
		if (directives.has('stall')) return holdOpen(stream);
		if (directives.has('reset')) return void stream.destroy();
		return refuseHandshake(stream, refused?.status ?? 404, refused?.headers ?? {});
	}
	if (directives.has('bad-accept')) spoilAccept(stream);
	server.handleUpgrade(request, stream, head, (socket) => {
		server.emit('connection', socket, request);
		if (directives.has('never-close')) ignoreClose(socket);
		serveSocket(state, socket, request, stream);
		if (directives.has('junk')) socket.send('welcome');
		if (directives.has('close-after')) socket.close(directives.number('close-code') ?? 1000);
		if (directives.has('terminate-after')) socket.terminate();
	});
}

/** Says nothing, but notices when the client goes. */
function holdOpen(stream: Duplex): void {
	stream.once('end', () => stream.destroy());
	stream.resume();
}

/** A plain HTTP answer with an HTML page instead of the WebSocket. */
function refuseHandshake(stream: Duplex, status: number, headers: Record<string, string>): void {
	const page = htmlPage(status);
	const lines = [
		`HTTP/1.1 ${status} Refused`,
		'Content-Type: text/html',
		`Content-Length: ${Buffer.byteLength(page)}`,
		...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
		'Connection: close',
	];
	stream.end(`${lines.join('\r\n')}\r\n\r\n${page}`);
}

/** Makes the handshake's proof wrong, as a confused proxy does. */
function spoilAccept(stream: Duplex): void {
	const write = stream.write.bind(stream) as (data: string | Buffer) => boolean;
	stream.write = ((data: string | Buffer) =>
		write(
			typeof data === 'string' ? data.replace(/(Sec-WebSocket-Accept: )\S/, '$1*') : data,
		)) as typeof stream.write;
}

/** The socket never answers the client's close frame. */
function ignoreClose(socket: WebSocket): void {
	socket.close = () => undefined;
}
