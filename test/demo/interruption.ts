import { say } from './print';

interface Ending {
	what: string;
	end: () => Promise<void>;
}

const SIGNALS: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Ctrl-C and its like: they end what is being waited for, and then everything that was started. */
export class Interruption {
	private readonly controller = new AbortController();

	private readonly endings: Ending[] = [];

	private readonly interrupt = () => {
		if (this.signal.aborted) return;
		say('\nStopping ...');
		this.controller.abort(new Error('Interrupted'));
	};

	constructor() {
		for (const name of SIGNALS) process.on(name, this.interrupt);
	}

	get signal(): AbortSignal {
		return this.controller.signal;
	}

	/** Registers how to end what has just been started; the last one started ends first. */
	onEnd(what: string, end: () => Promise<void>): void {
		this.endings.unshift({ what, end });
	}

	/** Waits for Ctrl-C (exit code 0), or for n8n to end on its own (exit code 1). */
	async untilStopped(n8nEnded: Promise<void>): Promise<number> {
		const interrupted = new Promise<number>((resolve) => {
			if (this.signal.aborted) resolve(0);
			this.signal.addEventListener('abort', () => resolve(0));
		});
		const died = n8nEnded.then(() => {
			if (this.signal.aborted) return 0;
			say('\nn8n has ended on its own; its log tells why.');
			return 1;
		});
		return await Promise.race([interrupted, died]);
	}

	/** Ends all that was started; one that cannot be ended does not keep the others alive. */
	async end(): Promise<void> {
		for (const { what, end } of this.endings.splice(0)) {
			try {
				await end();
				say(`Stopped ${what}.`);
			} catch (error) {
				say(`Stopping ${what}: ${(error as Error).message}`);
				process.exitCode = 1;
			}
		}
		for (const name of SIGNALS) process.off(name, this.interrupt);
	}
}
