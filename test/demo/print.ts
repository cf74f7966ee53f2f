const PROGRESS_EVERY_MS = 5000;

export function say(line: string): void {
	process.stdout.write(`${line}\n`);
}

function seconds(sinceMs: number): string {
	return `${((Date.now() - sinceMs) / 1000).toFixed(1)} s`;
}

/** Does one piece of work with its name before, its duration after, and signs of life between. */
export async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
	const started = Date.now();
	say(`- ${title} ...`);
	const timer = setInterval(() => say(`    ${seconds(started)}`), PROGRESS_EVERY_MS);
	try {
		const result = await work();
		say(`    done in ${seconds(started)}`);
		return result;
	} finally {
		clearInterval(timer);
	}
}
