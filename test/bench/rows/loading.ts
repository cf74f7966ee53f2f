import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { rootFolder } from '../../support/n8n/installation';
import { packTarball } from '../../support/n8n/package-install';
import { digits, median } from '../support/measure';
import { atMost, type Row } from '../support/row';

const run = promisify(execFile);
const WORKER = join(rootFolder, 'test', 'bench', 'workers', 'loading.mjs');

interface Told {
	ms: number;
	n8nWorkflowMs: number;
	classes: number;
}

const milliseconds = (value: number) => `${digits(value)} ms`;
const kilobytes = (bytes: number) => `${digits(bytes / 1000)} kB`;

/** Row 8: what the package adds to the start of n8n, and what is downloaded. */
export const loadingRow: Row = {
	number: 8,
	what: 'loading all nodes and credentials in plain Node',
	measure: async ({ quick, folder, signal }) => {
		const told: Told[] = [];
		for (let round = 0; round < (quick ? 5 : 15); round++) {
			const { stdout } = await run(process.execPath, [WORKER, rootFolder], { signal });
			told.push(JSON.parse(stdout) as Told);
		}
		const { size } = await packTarball(join(folder, 'pack'));
		const workflow = median(told.map(({ n8nWorkflowMs }) => n8nWorkflowMs));
		return [
			atMost(100, {
				name: `${told[0]?.classes} classes, each run in a fresh process`,
				value: median(told.map(({ ms }) => ms)),
				show: milliseconds,
				details: [
					`without n8n-workflow (${milliseconds(workflow)} here), which n8n has loaded before`,
				],
			}),
			atMost(300_000, { name: 'the packed package', value: size, show: kilobytes }),
		];
	},
};
