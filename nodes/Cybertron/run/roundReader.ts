import { STREAM_LIMITS, tooLarge, tooMany } from '../../shared/body';
import { networkError } from '../../shared/http';
import type { TextSocket } from '../../shared/websocket';
import { ConnectionOver } from '../../shared/websocket';
import type { RoundEnd } from './finishRound';
import { closedInfo, finishRound } from './finishRound';
import type { ReadTimeouts, RoundTimer } from './readTimeouts';
import { startTimer } from './readTimeouts';
import type { Frame } from './state/frame';
import { isTerminator, parseFrame } from './state/frame';
import { reduceFrame } from './state/reduce';
import type { RoundState } from './state/round';
import { failRound } from './state/round';

/** Called after every frame that belongs to the round. */
export type OnFrame = (state: RoundState) => Promise<void>;

/** Plays the rounds of one socket, one after the other, and tells their frames apart. */
export class RoundReader {
	private readonly frames: AsyncIterator<string>;
	/** The read that a round gave up waiting for; the next round goes on with it. */
	private pending?: Promise<IteratorResult<string>>;
	private rounds = 0;
	/** Whether this server acknowledges messages: then a round begins with its acknowledgement. */
	private hasAcknowledgements = false;
	/** Whether something has come that belongs to the current round, and to no other. */
	private hasBegun = false;
	/** The dialog ids of all frames so far: every round has a new one. */
	private readonly dialogs = new Set<string>();

	/** @param signal Fires when the user stops the execution. */
	constructor(
		private readonly socket: TextSocket,
		private readonly timeouts: ReadTimeouts,
		private readonly signal?: AbortSignal,
		private readonly limits = STREAM_LIMITS,
	) {
		this.frames = socket.frames[Symbol.asyncIterator]();
	}

	/**
	 * Sends one message and reads the frames of its round into `state` until the round has ended or a
	 * timeout comes. Never rejects because of the server: `state` has the error.
	 */
	async readRound(
		message: string,
		state: RoundState,
		onFrame: OnFrame = async () => {},
	): Promise<void> {
		this.rounds += 1;
		this.hasBegun = this.rounds === 1;
		state.acknowledged = false;
		const timer = startTimer(this.timeouts, state);
		try {
			const sent = await timer.unlessExpired(this.socket.send(message).then(() => true));
			const end = sent ? await this.readFrames(state, timer, onFrame) : timer.reason();
			finishRound(state, end, this.socket, this.signal);
		} catch (error) {
			const isOver = error instanceof ConnectionOver;
			const info = isOver
				? closedInfo(this.socket, this.signal)
				: networkError('Cybertron', error).info;
			failRound(state, info);
		} finally {
			timer.stop();
		}
	}

	/** @throws ChatflowError if the frames are more than are kept. */
	private async readFrames(
		state: RoundState,
		timer: RoundTimer,
		onFrame: OnFrame,
	): Promise<RoundEnd> {
		const { bytes, events } = this.limits;
		let characters = 0;
		// What came together with the last frame still belongs to the round.
		while (state.phase !== 'done' || this.socket.waiting() > 0) {
			this.pending ??= this.frames.next();
			const next = await timer.unlessExpired(this.pending);
			if (next === undefined) return timer.reason();
			this.pending = undefined;
			if (next.done) return 'closed';
			characters += next.value.length;
			if (characters > bytes) throw tooLarge('Cybertron', bytes);
			if (!this.take(state, next.value)) continue;
			if (state.events && state.events.length > events) throw tooMany('Cybertron', events);
			timer.frameCame();
			await onFrame(state);
		}
		return 'complete';
	}

	/** Takes a frame into the round; `false` if it does not belong to it. */
	private take(state: RoundState, text: string): boolean {
		const frame = parseFrame(text);
		if (!frame || frame.kind === 'heartbeat') return false;
		this.hasBegun ||= this.isOfThisRound(frame);
		if (!this.hasBegun && this.isLeftOver(state, frame)) return false;
		if (frame.dialogId) this.dialogs.add(frame.dialogId);
		reduceFrame(state, frame);
		this.hasAcknowledgements ||= state.acknowledged;
		return true;
	}

	/**
	 * Whether the frame can only belong to the current round: an acknowledgement, or one with a new
	 * dialog id. That of 002005 does not tell, it is the one of the session's first round.
	 */
	private isOfThisRound(frame: Frame): boolean {
		if (frame.kind === 'ack' || frame.kind === 'error') return true;
		return (
			frame.dialogId !== undefined && !this.dialogs.has(frame.dialogId) && !isTerminator(frame)
		);
	}

	/** Whether the frame is of the round before. Servers without acknowledgements can be late with 002005 only. */
	private isLeftOver(state: RoundState, frame: Frame): boolean {
		return this.hasAcknowledgements || (state.frames === 0 && isTerminator(frame));
	}
}
