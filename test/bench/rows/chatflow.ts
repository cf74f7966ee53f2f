import { join } from 'node:path';
import { digits, median, megabytes, times } from '../support/measure';
import { runWorker, startWorker } from '../support/processes';
import { atMost, type Row } from '../support/row';
import type { StreamMeasurement } from '../workers/report';

const GOAL = { timePerByte: 1.25, kept: 20e6 };

/** How many frames are measured, and how often: the two that are compared three times. */
const SIZES = [
	{ frames: 2_500, rounds: 3 },
	{ frames: 5_000, rounds: 2 },
	{ frames: 10_000, rounds: 3 },
];
const QUICK_SIZES = [500, 1_000, 2_000].map((frames) => ({ frames, rounds: 3 }));

/** What was measured with rounds of one size. */
interface Size {
	frames: number;
	node: StreamMeasurement[];
	kept: StreamMeasurement;
	parser: StreamMeasurement;
}

/** Milliseconds of processor time for a megabyte received. */
const perMegabyte = ({ cpuMs, bytes }: StreamMeasurement) => cpuMs / (bytes / 1e6);
const cost = ({ node }: Size) => median(node.map(perMegabyte));

function told(size: Size): string {
	const { frames, node, kept, parser } = size;
	const [{ bytes, result } = parser] = node;
	const grown = median(node.map(({ growth }) => growth));
	return (
		`${frames.toLocaleString('en')} frames, ${megabytes(bytes)}: ${digits(cost(size))} ms per MB ` +
		`(a bare client with JSON.parse ${digits(perMegabyte(parser))}); ` +
		`kept ${megabytes(kept.growth)} for an item of ${megabytes(result)}; ` +
		`resident with garbage +${megabytes(grown)} (bare client +${megabytes(parser.growth)})`
	);
}

/** Row 4: long Cybertron rounds become one item each, in n8n's engine. */
export const chatflowRow: Row = {
	number: 4,
	what: 'a Cybertron round whose history grows with every frame becomes one `aggregated` item',
	measure: async ({ quick, folder, signal, onEnd, say }) => {
		const log = join(folder, 'chatflow-source.log');
		const source = await startWorker<{ port: number }>('chatflow-source', log);
		onEnd('the source of chatflow frames', async () => await source.process.stop());
		const { port } = source.announcement;
		const run = async (way: 'node' | 'kept' | 'parser', frames: number) =>
			await runWorker<StreamMeasurement>('collapse-chatflow', [way, frames, port], signal);
		const sizes: Size[] = [];
		for (const { frames, rounds } of quick ? QUICK_SIZES : SIZES) {
			const node: StreamMeasurement[] = [];
			for (let round = 0; round < rounds; round++) node.push(await run('node', frames));
			const [kept, parser] = [await run('kept', frames), await run('parser', frames)];
			sizes.push({ frames, node, kept, parser });
			say(`    ${frames} frames are measured`);
		}
		await source.process.stop();
		const [smallest, largest] = [sizes[0], sizes.at(-1)];
		if (!smallest || !largest) throw new Error('Nothing was measured');
		const growth = largest.frames / smallest.frames;
		return [
			atMost(GOAL.timePerByte, {
				name: `${largest.frames.toLocaleString('en')} frames: processor time for a byte, against a round with ${growth} times fewer frames`,
				value: cost(largest) / cost(smallest),
				show: times,
				details: sizes.map(told),
			}),
			atMost(GOAL.kept, {
				name: `${largest.frames.toLocaleString('en')} frames, ${megabytes(largest.kept.bytes)}: memory that is kept, at its peak`,
				value: largest.kept.growth,
				show: megabytes,
			}),
		];
	},
};
