import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import { errorFrame, pongFrame } from './frames';
import { play } from './player';
import { answerMessage } from './rounds';
import type { SimulatorState } from './state';
import { parseJsonObject, type JsonObject, type Step, type Steps } from './steps';

/** Serves one open WebSocket: messages are answered one after the other. */
export function serveSocket(
	state: SimulatorState,
	socket: WebSocket,
	request: IncomingMessage,
	stream: Duplex,
): void {
	const path = new URL(request.url ?? '/', 'http://simulator').pathname;
	const connection = (state.counters.connections += 1);
	const closed = new AbortController();
	const stage = { socket, stream, signal: closed.signal };
	let rounds = Promise.resolve();

	socket.on('close', (code) => {
		state.closes.push({ connection, code, at: Date.now() });
		closed.abort();
	});
	// The peer's misbehaviour is its own problem: a broken connection closes the socket.
	socket.on('error', () => undefined);
	socket.on('pong', () => (state.counters.pongs += 1));
	socket.on('message', (data: RawData) => {
		const text = textOf(data);
		const body = parseJsonObject(text);
		state.received.push({ path, connection, json: body, text, at: Date.now() });
		if (body?.type === 'heartbeat') {
			state.counters.heartbeats += 1;
			void play(stage, [pongFrame()]);
			return;
		}
		rounds = rounds
			.then(() => play(stage, answer(state, body, { path, connection })))
			.catch(() => socket.terminate());
	});
}

function textOf(data: RawData): string {
	if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
	return Buffer.from(data as Buffer).toString('utf8');
}

function answer(
	state: SimulatorState,
	body: JsonObject | undefined,
	where: { path: string; connection: number },
): Steps {
	if (!body) return [errorFrame('400000', 'The message is not a JSON object')];
	const { latencyMs } = state.settings;
	const steps = answerMessage(state, body, where);
	return latencyMs > 0 ? delayed(steps, latencyMs) : steps;
}

function* delayed(steps: Steps, ms: number): Steps {
	for (const step of steps) {
		if (step.do === 'frame') yield { do: 'wait', ms } satisfies Step;
		yield step;
	}
}
