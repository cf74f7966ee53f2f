/** One or more events on their way to the clients. */
export interface Frame {
	/** Name of the event, or of all events of a bulk frame. */
	event: string;
	/** The JSON of one event; or, when `count` is set, several complete `data:` blocks. */
	text: string;
	/** Number of events in a bulk frame. */
	count?: number;
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

	end(): void {
		for (const subscriber of [...this.subscribers]) subscriber.engineEnded();
	}
}
