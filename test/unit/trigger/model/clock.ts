/** Something that is to happen at a time, unless it is called off. */
interface Appointment {
	atMs: number;
	do: () => void;
	/** Whether code under test may go on after it, so that it has to be waited for. */
	wakes: boolean;
	off?: boolean;
}

const realSetTimeout = globalThis.setTimeout;
const realClearTimeout = globalThis.clearTimeout;

/** Lets everything that can go on without the clock do so. */
const settled = async () => await new Promise<void>((resolve) => setImmediate(resolve));

/**
 * The only clock of a history: it jumps from one appointment to the next. `Date.now` and timers of the
 * code under test follow it, so that a year passes in no time and every run is the same.
 */
export class Clock {
	nowMs: number;

	private readonly appointments: Appointment[] = [];

	constructor(startMs: number) {
		this.nowMs = startMs;
	}

	at(atMs: number, action: () => void, wakes = false): Appointment {
		const appointment: Appointment = {
			atMs: Math.max(Math.floor(atMs), this.nowMs),
			do: action,
			wakes,
		};
		let low = 0;
		let high = this.appointments.length;
		// The latest stands first, and of equal ones the one that was made last.
		while (low < high) {
			const middle = (low + high) >> 1;
			if ((this.appointments[middle] as Appointment).atMs > appointment.atMs) low = middle + 1;
			else high = middle;
		}
		this.appointments.splice(low, 0, appointment);
		return appointment;
	}

	/** Goes on to a time, through all that happens until then. */
	async runUntil(untilMs: number): Promise<void> {
		while (this.nextMs() <= untilMs) await this.step();
		this.nowMs = Math.max(this.nowMs, untilMs);
	}

	/** Goes on until a promise has settled. */
	async runWhile<T>(promise: Promise<T>): Promise<T> {
		let pending = true;
		const done = () => {
			pending = false;
		};
		promise.then(done, done);
		await settled();
		while (pending) {
			if (this.nextMs() === Infinity) throw new Error('Nothing will ever happen any more');
			await this.step();
		}
		return await promise;
	}

	/** Puts `Date.now` and the timers under this clock. */
	install(): void {
		jest.spyOn(Date, 'now').mockImplementation(() => this.nowMs);
		globalThis.setTimeout = ((action: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
			const timer = this.at(this.nowMs + ms, () => action(...args), true);
			return Object.assign(timer, { ref: () => timer, unref: () => timer, hasRef: () => true });
		}) as unknown as typeof setTimeout;
		globalThis.clearTimeout = ((timer?: Appointment) => {
			if (timer) timer.off = true;
		}) as unknown as typeof clearTimeout;
	}

	static uninstall(): void {
		jest.restoreAllMocks();
		globalThis.setTimeout = realSetTimeout;
		globalThis.clearTimeout = realClearTimeout;
	}

	private nextMs(): number {
		while (this.appointments.at(-1)?.off) this.appointments.pop();
		return this.appointments.at(-1)?.atMs ?? Infinity;
	}

	private async step(): Promise<void> {
		const next = this.appointments.pop();
		if (!next) return;
		this.nowMs = Math.max(this.nowMs, next.atMs);
		next.do();
		if (next.wakes) await settled();
	}
}
