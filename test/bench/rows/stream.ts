import { digits, inTurns, median, megabytes, times } from '../support/measure';
import { runWorker } from '../support/processes';
import { atMost, type Row } from '../support/row';
import type { StreamMeasurement } from '../workers/report';

/** Row 3: a long Dify answer becomes one item, in a plain Node. */
export const streamRow: Row = {
	number: 3,
	what: 'a Dify answer of 100,000 events (33 MB) becomes one `aggregated` item',
	measure: async ({ quick, signal }) => {
		const events = quick ? 20_000 : 100_000;
		const growths: number[] = [];
		let bytes = 0;
		const once = async (way: 'node' | 'parser') => {
			const told = await runWorker<StreamMeasurement>('collapse-sse', [way, events], signal);
			if (way === 'node') growths.push(told.growth);
			bytes = told.bytes;
			return told.cpuMs;
		};
		const spent = await inTurns(quick ? 5 : 9, {
			parser: async () => await once('parser'),
			node: async () => await once('node'),
		});
		const size = `${events.toLocaleString('en')} events, ${megabytes(bytes)}`;
		return [
			atMost(1.5, {
				name: `${size}: processor time against the same parser and JSON.parse, nothing done`,
				value: median(spent.node) / median(spent.parser),
				show: times,
				details: [
					`parser ${digits(median(spent.parser))} ms, node ${digits(median(spent.node))} ms, each run in a fresh process`,
				],
			}),
			atMost(50e6, {
				name: `${size}: growth of resident memory at its peak`,
				value: median(growths),
				show: megabytes,
				details: [`runs: ${growths.map(megabytes).join(', ')}`],
			}),
		];
	},
};
