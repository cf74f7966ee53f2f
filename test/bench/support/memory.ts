import { readFileSync } from 'node:fs';

/** Resident memory of a process of this machine, in bytes (Linux). */
export function residentBytes(pid: number): number {
	const status = readFileSync(`/proc/${pid}/status`, 'utf8');
	return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? NaN) * 1024;
}

interface Sample {
	/** Epoch milliseconds. */
	at: number;
	bytes: number;
}

/** Looks at a process's memory again and again. */
export class MemoryWatch {
	private readonly samples: Sample[] = [];

	private readonly timer: NodeJS.Timeout;

	constructor(pid: number, everyMs = 20) {
		const look = () => this.samples.push({ at: Date.now(), bytes: residentBytes(pid) });
		look();
		this.timer = setInterval(look, everyMs);
	}

	stop(): void {
		clearInterval(this.timer);
	}

	/** Bytes by which the memory grew at its peak between two moments, compared with the first one. */
	growth(from: number, until: number): number {
		const before = this.samples.findLast(({ at }) => at <= from) ?? this.samples[0];
		const during = this.samples.filter(({ at }) => at >= from && at <= until);
		if (!before || during.length === 0) throw new Error('The memory was not watched then');
		return Math.max(...during.map(({ bytes }) => bytes)) - before.bytes;
	}
}
