/** What a worker process tells about one stream. */
export interface StreamMeasurement {
	/** Milliseconds. */
	ms: number;
	/** Milliseconds of processor time, of all threads. */
	cpuMs: number;
	/** Bytes by which the resident memory grew at its peak. */
	growth: number;
	/** Bytes that were read. */
	bytes: number;
	/** Size of the result, so that nobody can say that nothing was done. */
	result: number;
}

/** Prints a worker's result as its last line of output, and ends the process with 1 if there is none. */
export function report(measurement: Promise<object>): void {
	measurement.then(
		(value) => process.stdout.write(`\n${JSON.stringify(value)}\n`),
		(error: unknown) => {
			process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
			process.exitCode = 1;
		},
	);
}
