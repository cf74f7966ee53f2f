import { RunEnd } from './signals';

interface Sleeper {
	interruptible: boolean;
	reject: (end: RunEnd) => void;
}

/** Time inside a run: sleeps that a stop or the end of the process interrupts. */
export class Pacer {
	private stopRequested = false;
	/** The text of a failure, if the stop is told as one. */
	private stopFailure: string | undefined;
	private killed = false;
	private readonly sleepers = new Set<Sleeper>();

	/** True when /stop was ever called for this run. */
	get stopping(): boolean {
		return this.stopRequested;
	}

	/** Throws when the run has to end here. */
	checkpoint(): void {
		if (this.killed) throw new RunEnd('killed');
		if (this.stopRequested) throw this.stopEnd();
	}

	private stopEnd(): RunEnd {
		if (this.stopFailure !== undefined) return new RunEnd('failed', this.stopFailure);
		return new RunEnd('stopped', 'Stopped by user.');
	}

	async sleep(milliseconds: number, interruptible = true): Promise<void> {
		if (interruptible || this.killed) this.checkpoint();
		await new Promise<void>((resolve, reject) => {
			const timer = setTimeout(() => {
				this.sleepers.delete(sleeper);
				resolve();
			}, milliseconds);
			const sleeper: Sleeper = {
				interruptible,
				reject: (end) => {
					clearTimeout(timer);
					this.sleepers.delete(sleeper);
					reject(end);
				},
			};
			this.sleepers.add(sleeper);
		});
	}

	/** Waits until something else ends the run, or until `release` settles. */
	async waitFor(release: Promise<void>, interruptible: boolean): Promise<void> {
		let sleeper: Sleeper | undefined;
		const interrupted = new Promise<never>((_resolve, reject) => {
			sleeper = { interruptible, reject };
			this.sleepers.add(sleeper);
		});
		try {
			await Promise.race([release, interrupted]);
		} finally {
			if (sleeper) this.sleepers.delete(sleeper);
		}
	}

	/** Lets other work of the process happen. */
	async breathe(): Promise<void> {
		await new Promise<void>((resolve) => setImmediate(resolve));
		this.checkpoint();
	}

	/** @param failure The run is told as failed, with this text. */
	stop(failure?: string): void {
		this.stopRequested = true;
		this.stopFailure = failure;
		for (const sleeper of [...this.sleepers]) {
			if (sleeper.interruptible) sleeper.reject(this.stopEnd());
		}
	}

	kill(): void {
		this.killed = true;
		for (const sleeper of [...this.sleepers]) sleeper.reject(new RunEnd('killed'));
	}
}
