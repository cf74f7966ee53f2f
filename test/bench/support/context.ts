import type { SimulatorProcess } from './simulators';
import type { N8nSession } from './n8n';

/** What the rows share. */
export interface BenchContext {
	/** Smaller sizes, for a machine that has little time. */
	quick: boolean;
	/** For logs and large files; removed at the end. */
	folder: string;
	simulators: SimulatorProcess;
	/** The one real n8n, started when the first row wants it. */
	n8n(): Promise<N8nSession>;
	/** Aborted by Ctrl-C, and when the whole benchmark takes too long. */
	signal: AbortSignal;
	/** Registers how to end what a row has started and cannot end itself. */
	onEnd(what: string, end: () => Promise<void>): void;
	/** A line for whoever watches. */
	say(line: string): void;
}
