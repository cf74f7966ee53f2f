import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { residentBytes } from '../../bench/support/memory';

/** What a process holds open at one moment (Linux). */
export interface OpenFiles {
	/** All descriptors. */
	count: number;
	/** Paths of regular files. */
	files: string[];
	/** Inodes of sockets. */
	sockets: string[];
}

/** Looks at the descriptors of a process of this machine. */
export function openFiles(pid: number): OpenFiles {
	const folder = `/proc/${pid}/fd`;
	const targets = readdirSync(folder).flatMap((name) => {
		try {
			return [readlinkSync(`${folder}/${name}`)];
		} catch {
			// Closed since the folder was read.
			return [];
		}
	});
	return {
		count: targets.length,
		files: targets.filter((target) => target.startsWith('/') && !target.startsWith('/dev/')),
		sockets: targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []),
	};
}

/** How many TCP sockets a process has to one of these ports. */
export function socketsTo(pid: number, ports: number[]): number {
	const own = new Set(openFiles(pid).sockets);
	const lines = ['tcp', 'tcp6'].flatMap((table) =>
		readFileSync(`/proc/${pid}/net/${table}`, 'utf8').trimEnd().split('\n').slice(1),
	);
	return lines.filter((line) => {
		const cells = line.trim().split(/\s+/);
		const port = Number.parseInt(cells[2]?.split(':')[1] ?? '', 16);
		return ports.includes(port) && own.has(cells[9] ?? '');
	}).length;
}

/** Looks at the memory of a process once a second, for its peak. */
export class PeakWatch {
	peak: number;

	private readonly timer: NodeJS.Timeout;

	constructor(pid: number) {
		this.peak = residentBytes(pid);
		this.timer = setInterval(() => {
			try {
				this.peak = Math.max(this.peak, residentBytes(pid) || 0);
			} catch {
				// It has ended, as one worker is meant to.
				this.stop();
			}
		}, 1_000);
	}

	stop(): void {
		clearInterval(this.timer);
	}
}
