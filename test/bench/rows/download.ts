import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { curlTime } from '../support/curl';
import { chain, type N8nSession } from '../support/n8n';
import type { Row } from '../support/row';
import { transferOutcomes, transfers, type Transfer } from '../support/transfer';

const MIB = 1024 ** 2;
const DOWNLOAD = 'Download';
const USER = 'bench';

function workflow(n8n: N8nSession, fileId: string) {
	return chain(
		'Download of a large file',
		[{ json: {} }],
		[
			{
				name: DOWNLOAD,
				type: 'n8n-nodes-chatflow.dify',
				credential: n8n.dify,
				parameters: { resource: 'file', operation: 'download', fileId, options: { user: USER } },
			},
		],
	);
}

/** Row 6: a large file into n8n's filesystem store, and by curl into a file. */
export const downloadRow: Row = {
	number: 6,
	what: "download of 1 GiB into n8n's filesystem store: dify `file.download`",
	measure: async ({ n8n, simulators, quick, folder, signal, say }) => {
		const session = await n8n();
		const size = (quick ? 128 : 1024) * MIB;
		const { data } = await simulators.difyControl.call<{ data: Array<{ id: string }> }>(
			'POST',
			'/seed/file',
			{ items: [{ name: 'huge.bin', size, attach: true, user: USER }] },
		);
		const fileId = data[0]?.id ?? '';
		const target = join(folder, 'downloaded.bin');
		const { apiKey, baseUrl } = simulators.dify;
		const query = `as_attachment=true&user=${USER}`;
		const args = [
			...['--header', `Authorization: Bearer ${apiKey}`, '--output', target],
			`${baseUrl}/files/${fileId}/preview?${query}`,
		];
		const node: Transfer[] = [];
		const curl: number[] = [];
		for (let round = 0; round < (quick ? 2 : 3); round++) {
			const run = async () => await session.run(workflow(session, fileId));
			node.push(...(await transfers(session, [DOWNLOAD], run)));
			curl.push(await curlTime(args, signal));
			say(`    round ${round + 1} is done`);
		}
		rmSync(target);
		return transferOutcomes(`${size / MIB} MiB`, size, node, curl);
	},
};
