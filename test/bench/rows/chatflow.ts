import { join } from 'node:path';
import { digits, median, megabytes } from '../support/measure';
import { runWorker, startWorker } from '../support/processes';
import { atMost, type Row } from '../support/row';
import type { StreamMeasurement } from '../workers/report';

const times = (value: number) => `${value.toFixed(2)} times`;

/** Milliseconds of processor time for a megabyte received. */
const perMegabyte = ({ cpuMs, bytes }: StreamMeasurement) => cpuMs / (bytes / 1e6);

/** Row 4: long Cybertron rounds become one item each, in n8n's engine. */
export const chatflowRow: Row = {
	number: 4,
	what: 'a Cybertron round whose history grows with every frame becomes one `aggregated` item',
	measure: async ({ quick, folder, onEnd, say }) => {
		const source = await startWorker<{ port: number }>(
			'chatflow-source',
			join(folder, 'chatflow-source.log'),
		);
		onEnd('the source of chatflow frames', async () => await source.process.stop());
		const sizes = quick ? [500, 1000, 2000] : [2500, 5000, 10_000];
		const rounds = quick ? 3 : 1;
		const told: StreamMeasurement[][] = [];
		const parsed: StreamMeasurement[] = [];
		const { port } = source.announcement;
		for (const frames of sizes) {
			const runs: StreamMeasurement[] = [];
			for (let round = 0; round < rounds; round++) {
				runs.push(await runWorker('collapse-chatflow', ['node', frames, port]));
			}
			parsed.push(await runWorker('collapse-chatflow', ['parser', frames, port]));
			told.push(runs);
			say(`    ${frames} frames are measured`);
		}
		await source.process.stop();
		const costs = told.map((runs) => median(runs.map(perMegabyte)));
		const growths = told.map((runs) => median(runs.map(({ growth }) => growth)));
		const bytes = told.map((runs) => runs[0]?.bytes ?? 0);
		const line = sizes.map(
			(frames, at) =>
				`${frames.toLocaleString('en')} frames, ${megabytes(bytes[at] ?? 0)}: ${digits(costs[at] ?? 0)} ms per MB ` +
				`(a bare client with JSON.parse ${digits(perMegabyte(parsed[at] as StreamMeasurement))}), ` +
				`memory +${megabytes(growths[at] ?? 0)}, item ${megabytes(told[at]?.[0]?.result ?? 0)}`,
		);
		const largest = `${sizes.at(-1)?.toLocaleString('en')} frames, ${megabytes(bytes.at(-1) ?? 0)}`;
		return [
			atMost(1.25, {
				name: `${largest}: time per byte against that of ${sizes[0]?.toLocaleString('en')} frames`,
				value: (costs.at(-1) ?? NaN) / (costs[0] ?? NaN),
				show: times,
				details: line,
			}),
			atMost(50e6, {
				name: `${largest}: growth of resident memory at its peak`,
				value: growths.at(-1) ?? NaN,
				show: megabytes,
			}),
		];
	},
};
