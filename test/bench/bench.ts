import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Interruption } from '../demo/interruption';
import { say, step } from '../demo/print';
import { rootFolder } from '../support/n8n/installation';
import { chatflowRow } from './rows/chatflow';
import { concurrencyRow } from './rows/concurrency';
import { downloadRow } from './rows/download';
import { firstTokenRow } from './rows/first-token';
import { loadingRow } from './rows/loading';
import { overheadRow } from './rows/overhead';
import { streamRow } from './rows/stream';
import { triggerPollRow } from './rows/trigger-poll';
import { uploadRow } from './rows/upload';
import type { BenchContext } from './support/context';
import { load, machineText } from './support/machine';
import { startSession, type N8nSession } from './support/n8n';
import { writeBetweenMarkers } from './support/readme';
import type { Row } from './support/row';
import { startSimulatorProcess } from './support/simulators';
import { markdownDetails, markdownTable, outcomeLines, type Measured } from './support/table';

export interface BenchOptions {
	quick: boolean;
	/** Whether the table goes into test/bench/README.md. */
	write: boolean;
	/** The numbers of the rows to measure; all when empty. */
	only: number[];
}

const rows: Row[] = [
	concurrencyRow,
	overheadRow,
	streamRow,
	chatflowRow,
	uploadRow,
	downloadRow,
	firstTokenRow,
	loadingRow,
	triggerPollRow,
];

/** The whole benchmark takes a quarter of an hour on two cores; `--quick` some minutes. */
const LIMIT_MS = { whole: 60 * 60_000, quick: 20 * 60_000 };

type Shared = Omit<BenchContext, 'n8n'>;

/** The context of the rows; n8n starts when the first row wants it. */
function withN8n(shared: Shared): BenchContext {
	let session: Promise<N8nSession> | undefined;
	const start = () => {
		const started = step('Starting n8n', async () => await startSession(shared));
		// A start that is given up takes its time, too, and writes until its end.
		const ended = started.then(
			() => undefined,
			() => undefined,
		);
		shared.onEnd('the start of n8n', async () => await ended);
		return started;
	};
	return { ...shared, n8n: async () => await (session ??= start()) };
}

/** Gives up the work when the signal says so; what it has started is ended by whoever started it. */
async function unlessAborted<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
	signal.throwIfAborted();
	const aborted = new Promise<never>((_, reject) => {
		signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
	});
	return await Promise.race([work, aborted]);
}

async function measureRow(row: Row, context: BenchContext): Promise<Measured> {
	const title = `${row.number}. ${row.what} (load ${load().toFixed(1)})`;
	const work = async () => await unlessAborted(context.signal, row.measure(context));
	const measured = { row, outcomes: await step(title, work) };
	for (const line of outcomeLines(measured)) say(line);
	return measured;
}

async function measureRows(wanted: Row[], context: BenchContext): Promise<Measured[]> {
	const measured: Measured[] = [];
	for (const row of wanted) {
		context.signal.throwIfAborted();
		measured.push(await measureRow(row, context));
	}
	return measured;
}

/** Prints what was measured, and writes it where it is wanted; gives the exit code. */
function tell(measured: Measured[], write: boolean): number {
	const table = `${machineText()}\n\n${markdownTable(measured)}`;
	say(`\n${table}`);
	if (write) {
		const text = `${table}\n\n${markdownDetails(measured)}`;
		writeBetweenMarkers(join(rootFolder, 'test/bench/README.md'), text);
	}
	const outcomes = measured.flatMap((one) => one.outcomes);
	const missed = outcomes.filter(({ met }) => !met).length;
	say(`\n${outcomes.length - missed} goals met, ${missed} missed`);
	return missed === 0 ? 0 : 1;
}

/** Measures the rows one after the other; the result is the exit code: 1 when a goal is missed. */
export async function runBench({ quick, write, only }: BenchOptions): Promise<number> {
	const interruption = new Interruption();
	const onEnd = interruption.onEnd.bind(interruption);
	const limit = AbortSignal.timeout(quick ? LIMIT_MS.quick : LIMIT_MS.whole);
	const signal = AbortSignal.any([interruption.signal, limit]);
	const folder = mkdtempSync(join(tmpdir(), 'chatflow-bench-'));
	onEnd('writing to the disk', async () =>
		rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
	);
	const wanted = rows.filter(({ number }) => only.length === 0 || only.includes(number));
	try {
		const simulators = await startSimulatorProcess(folder);
		onEnd('the simulators', simulators.stop);
		const context = withN8n({ quick, folder, simulators, signal, onEnd, say });
		return tell(await measureRows(wanted, context), write);
	} catch (error) {
		if (!interruption.signal.aborted) throw error;
		return 130;
	} finally {
		await interruption.end();
	}
}
