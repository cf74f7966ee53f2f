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
import { markdownTable, outcomeLines, type Measured } from './support/table';

export interface BenchOptions {
	quick: boolean;
	/** Whether the table goes into README.md. */
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

function createContext(
	quick: boolean,
	folder: string,
	simulators: BenchContext['simulators'],
	interruption: Interruption,
): BenchContext {
	let session: Promise<N8nSession> | undefined;
	const onEnd = interruption.onEnd.bind(interruption);
	const start = async () => {
		const started = await step('Starting n8n', async () => await startSession(folder, simulators));
		onEnd('n8n', started.stop);
		return started;
	};
	return { quick, folder, simulators, onEnd, say, n8n: async () => await (session ??= start()) };
}

async function measureRow(row: Row, context: BenchContext): Promise<Measured> {
	const title = `${row.number}. ${row.what} (load ${load().toFixed(1)})`;
	const outcomes = await step(title, async () => await row.measure(context));
	const measured = { row, outcomes };
	for (const line of outcomeLines(measured)) say(line);
	return measured;
}

/** Measures the rows one after the other; the result is the exit code: 1 when a goal is missed. */
export async function runBench({ quick, write, only }: BenchOptions): Promise<number> {
	const interruption = new Interruption();
	const folder = mkdtempSync(join(tmpdir(), 'chatflow-bench-'));
	interruption.onEnd('writing', async () => rmSync(folder, { recursive: true, force: true }));
	try {
		const simulators = await startSimulatorProcess(folder);
		interruption.onEnd('the simulators', simulators.stop);
		const context = createContext(quick, folder, simulators, interruption);
		const measured: Measured[] = [];
		for (const row of rows.filter(({ number }) => only.length === 0 || only.includes(number))) {
			interruption.signal.throwIfAborted();
			measured.push(await measureRow(row, context));
		}
		const table = markdownTable(measured);
		say(`\n${machineText()}\n\n${table}`);
		if (write) writeBetweenMarkers(join(rootFolder, 'README.md'), `${machineText()}.\n\n${table}`);
		const outcomes = measured.flatMap((one) => one.outcomes);
		const missed = outcomes.filter(({ met }) => !met).length;
		say(`\n${outcomes.length - missed} goals met, ${missed} missed`);
		return missed === 0 ? 0 : 1;
	} catch (error) {
		if (!interruption.signal.aborted) throw error;
		return 130;
	} finally {
		await interruption.end();
	}
}
