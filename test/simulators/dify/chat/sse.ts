import type { ServerResponse } from 'node:http';
import type { Frame, Subscriber } from './channel';

export interface SseOptions {
	/** Milliseconds between pings while `alive()`. */
	pingMs: number;
	/** End after this much silence; 0: never. */
	idleMs: number;
	/** A ping before anything else (since 1.13). */
	initialPing: boolean;
	/** `id:` line on every event. */
	ids: boolean;
	/** Events after which the server ends the stream. */
	terminals: ReadonlySet<string>;
	/** End when the run ends, whether or not a terminal event was seen (<= 1.12). */
	endsWithEngine: boolean;
	/** Whether somebody is there to send pings. */
	alive: () => boolean;
	/** Pings count against the idle time: they come from the worker, not from this server. */
	pingsKeepOpen: boolean;
	/** Break the connection after so many bytes or events. */
	cutBytes?: number | undefined;
	cutEvents?: number | undefined;
	/** Send in pieces of so many bytes, one TCP chunk each. */
	splitBytes?: number | undefined;
	headers?: Record<string, string>;
	onClientGone?: () => void;
}

const PING = 'event: ping\n\n';

/** One SSE answer: pings, idle end, cuts, and the events of a run. */
export class SseConnection implements Subscriber {
	private bytes = 0;
	private events = 0;
	private lastId = 0;
	private ended = false;
	private readonly pingTimer: NodeJS.Timeout;
	private readonly idleTimer: NodeJS.Timeout | undefined;
	private pieces: Promise<void> = Promise.resolve();
	private drain: Promise<void> | undefined;
	private readonly cleanups: Array<() => void> = [];

	constructor(
		private readonly response: ServerResponse,
		private readonly options: SseOptions,
	) {
		response.writeHead(200, {
			'Content-Type': 'text/event-stream; charset=utf-8',
			'Cache-Control': 'no-cache',
			...options.headers,
		});
		response.flushHeaders();
		response.socket?.setNoDelay(true);
		this.pingTimer = setInterval(() => {
			if (options.alive()) this.write(PING, options.pingsKeepOpen);
		}, options.pingMs);
		if (options.idleMs > 0) this.idleTimer = setTimeout(() => this.end(), options.idleMs);
		response.once('close', () => this.closed());
		if (options.initialPing) this.write(PING);
	}

	get open(): boolean {
		return !this.ended && !this.response.destroyed;
	}

	/** Runs when the connection is over, for whatever reason. */
	onOver(callback: () => void): void {
		this.cleanups.push(callback);
	}

	push(frame: Frame): void {
		if (this.ended) return;
		if (frame.blocks) this.pushBlocks(frame.blocks);
		else this.pushOne(frame.text);
		if (frame.closes ?? this.options.terminals.has(frame.event)) this.end();
	}

	private pushOne(json: string): void {
		this.lastId += 1;
		const id = this.options.ids ? `id: ${this.lastId}\n` : '';
		this.write(`${id}data: ${json}\n\n`);
		this.countEvent();
	}

	private pushBlocks(blocks: Buffer): void {
		const { cutEvents, ids } = this.options;
		if (cutEvents === undefined && !ids) {
			this.write(blocks);
			return;
		}
		for (const block of blocks.toString('utf8').split('\n\n')) {
			if (!block || this.ended) continue;
			if (block.startsWith('data: ')) this.pushOne(block.slice('data: '.length));
			else this.write(`${block}\n\n`);
		}
	}

	private countEvent(): void {
		this.events += 1;
		const { cutEvents } = this.options;
		if (cutEvents !== undefined && this.events >= cutEvents) this.cut();
	}

	/** Sends text as it is (pings, comments, scripts). */
	write(text: string | Buffer, keepsOpen = true): void {
		if (this.ended) return;
		if (keepsOpen) this.idleTimer?.refresh();
		const { cutBytes, splitBytes } = this.options;
		if (cutBytes === undefined && splitBytes === undefined) {
			if (!this.response.write(text)) this.awaitDrain();
			return;
		}
		this.writeCounted(typeof text === 'string' ? Buffer.from(text) : text);
	}

	private writeCounted(bytes: Buffer): void {
		const { cutBytes, splitBytes } = this.options;
		const room = cutBytes === undefined ? bytes.length : Math.max(0, cutBytes - this.bytes);
		const part = bytes.subarray(0, room);
		this.bytes += part.length;
		if (splitBytes) {
			this.pieces = this.pieces.then(() => this.writePieces(part, splitBytes));
		} else if (part.length > 0) {
			this.response.write(part);
		}
		if (cutBytes !== undefined && this.bytes >= cutBytes) this.cut();
	}

	private async writePieces(bytes: Buffer, size: number): Promise<void> {
		for (let at = 0; at < bytes.length; at += size) {
			if (this.response.destroyed) return;
			await new Promise<void>((resolve) => {
				this.response.write(bytes.subarray(at, at + size), () => setImmediate(resolve));
			});
		}
	}

	private awaitDrain(): void {
		this.drain ??= new Promise((resolve) => {
			const done = (): void => {
				this.response.off('drain', done);
				this.response.off('close', done);
				this.drain = undefined;
				resolve();
			};
			this.response.on('drain', done);
			this.response.on('close', done);
		});
	}

	drained(): Promise<void> | undefined {
		return this.drain;
	}

	engineEnded(): void {
		if (this.options.endsWithEngine) this.end();
	}

	/** Ends the stream in good order. */
	end(): void {
		if (this.ended) return;
		this.ended = true;
		this.stopTimers();
		void this.pieces.then(() => this.response.end());
	}

	/** Breaks the connection once the bytes written so far have left. */
	cut(): void {
		if (this.ended) return;
		this.ended = true;
		this.stopTimers();
		void this.pieces.then(() => {
			this.response.write('', () => setImmediate(() => this.response.socket?.destroy()));
		});
	}

	private closed(): void {
		const early = !this.ended;
		this.ended = true;
		this.stopTimers();
		for (const cleanup of this.cleanups) cleanup();
		if (early || !this.response.writableFinished) this.options.onClientGone?.();
	}

	private stopTimers(): void {
		clearInterval(this.pingTimer);
		clearTimeout(this.idleTimer);
	}
}
