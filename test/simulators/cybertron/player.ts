import type { Duplex } from 'node:stream';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { Step, Steps } from './steps';

/** Bytes waiting in the socket above which the player lets the reader catch up. */
const HIGH_WATER_MARK = 4 * 1024 * 1024;

/** Steps carried out before other connections have their turn. */
const STEPS_PER_TURN = 32;

/** Where steps are carried out. */
export interface Stage {
	socket: WebSocket;
	/** The TCP connection below the socket, for bytes that are no frames. */
	stream: Duplex;
	/** Ends all waiting; aborted when the socket closes. */
	signal: AbortSignal;
}

/** Carries out the steps one after the other; returns when done, or when the socket has closed. */
export async function play(stage: Stage, steps: Steps): Promise<void> {
	let n = 0;
	for (const step of steps) {
		if (stage.signal.aborted || step.do === 'stop') return;
		await perform(stage, step);
		// Sending alone never leaves the microtask queue; others, and closing, need their turn.
		if (++n % STEPS_PER_TURN === 0) await nextTurn();
	}
}

async function perform(stage: Stage, step: Step): Promise<void> {
	const { socket, stream, signal } = stage;
	switch (step.do) {
		case 'frame':
		case 'text':
			return await send(stage, step.text, false);
		case 'binary':
			return await send(stage, step.bytes, true);
		case 'raw':
			await new Promise<void>((resolve) => stream.write(step.bytes, () => resolve()));
			return;
		case 'wait':
			await sleep(step.ms, undefined, { signal }).catch(() => undefined);
			return;
		case 'ping':
			return socket.ping();
		case 'close':
			return socket.close(step.code, step.reason);
		case 'terminate':
			return socket.terminate();
		case 'stop':
			return;
	}
}

/** Sends without waiting while the reader keeps up; a destroyed connection ends the wait, too. */
async function send({ socket }: Stage, data: string | Buffer, binary: boolean): Promise<void> {
	if (socket.readyState !== socket.OPEN) return;
	const sent = new Promise<void>((resolve) => socket.send(data, { binary }, () => resolve()));
	if (socket.bufferedAmount >= HIGH_WATER_MARK) await sent;
}
