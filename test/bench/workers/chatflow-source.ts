// The server of row 4, in a process of its own: it prints its port, and answers every message on a
// WebSocket with one round of as many frames as the question says. Every frame repeats the history,
// which grows by a row with every frame, so the bytes grow with the square of the frames. (The
// simulator makes such rounds, too, but builds every frame anew and would be what is measured.)
import type { AddressInfo } from 'node:net';
import { setImmediate as breathe } from 'node:timers/promises';
import { WebSocket, WebSocketServer } from 'ws';
import { aroundHistory, historyRow, lastFrame } from './chatflow-round';

/** So many bytes may wait in the socket before the next frame is made. */
const MOST_BUFFERED = 4 * 1024 * 1024;
const LONGEST_ROW = 48;

async function sendRound(socket: WebSocket, frames: number): Promise<void> {
	const history = Buffer.alloc(frames * LONGEST_ROW);
	let length = 0;
	for (let index = 0; index < frames && socket.readyState === WebSocket.OPEN; index++) {
		length += history.write(historyRow(index), length);
		const [before, after] = aroundHistory(index, index === frames - 1);
		const parts = [Buffer.from(before), history.subarray(0, length), Buffer.from(after)];
		socket.send(Buffer.concat(parts), { binary: false });
		while (socket.bufferedAmount > MOST_BUFFERED) await breathe();
	}
	socket.send(lastFrame);
}

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
server.on('connection', (socket) => {
	socket.on('error', () => undefined);
	socket.on('message', (data: Buffer) => {
		const { question } = JSON.parse(data.toString()) as { question?: string };
		if (question !== undefined) void sendRound(socket, Number(question));
	});
});
server.on('listening', () => {
	process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port })}\n`);
});
