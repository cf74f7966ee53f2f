/** One or more events on their way to the clients. */
export interface Frame {
	/** Name of the event, or of all events in `blocks`. */
	event: string;
	/** The JSON of one event. */
	text: string;
	/** Instead of `text`: several complete blocks, ready to be sent. */
	blocks?: Buffer;
	/** Overrides whether the stream ends after this frame. */
	closes?: boolean;
}

/** Something that listens to a run. */
export interface Subscriber {
	push(frame: Frame): void;
	/** Resolves when the listener can take more; undefined when it can right now. */
	drained(): Promise<void> | undefined;
	/** The run will publish nothing more. */
	engineEnded(): void;
	/** The process that ran it is gone. */
	cut(): void;
}

const TERMINAL = new Set(['workflow_finished', 'workflow_paused']);

/** What a run publishes, to whoever listens at that moment (as a Redis topic: no history). */
export class Channel {
	/** Whether the last event told clients that the run has ended or paused. */
	terminalSeen = false;
	private readonly subscribers = new Set<Subscriber>();

	subscribe(subscriber: Subscriber): () => void {
		this.subscribers.add(subscriber);
		return () => this.subscribers.delete(subscriber);
	}

	publish(frame: Frame): void {
		if (TERMINAL.has(frame.event)) this.terminalSeen = true;
		for (const subscriber of [...this.subscribers]) subscriber.push(frame);
	}

	/** Resolves when every listener can take more. */
	drained(): Promise<unknown> | undefined {
		let waits: Array<Promise<void>> | undefined;
		for (const subscriber of this.subscribers) {
			const wait = subscriber.drained();
			if (wait) (waits ??= []).push(wait);
		}
		return waits ? Promise.all(waits) : undefined;
	}

	/** Breaks off all listeners. */
	abort(): void {
		for (const subscriber of [...this.subscribers]) subscriber.cut();
	}

	end(): void {
		for (const subscriber of [...this.subscribers]) subscriber.engineEnded();
	}
}
