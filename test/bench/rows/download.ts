import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { curlTime } from '../support/curl';
import { chain, type N8nSession } from '../support/n8n';
import type { Row } from '../support/row';
import { transferOutcomes, transfers, type Contest, type Transfer } from '../support/transfer';

const MIB = 1024 ** 2;
const DOWNLOAD = 'Download';
const HTTP = 'HTTP Request';
const USER = 'bench';

/** The same download by our node, and by n8n's own for comparison. */
function workflow(n8n: N8nSession, fileId: string, url: string) {
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
			{
				name: HTTP,
				type: 'n8n-nodes-base.httpRequest',
				typeVersion: 4.2,
				credential: n8n.dify,
				parameters: {
					url,
					authentication: 'predefinedCredentialType',
					nodeCredentialType: 'difyApi',
					options: { response: { response: { responseFormat: 'file' } } },
				},
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
		const url = `${baseUrl}/files/${fileId}/preview?as_attachment=true&user=${USER}`;
		const args = [...['--header', `Authorization: Bearer ${apiKey}`, '--output', target], url];
		const runs: Required<Contest> = { node: [], curl: [], httpRequest: [] };
		for (let round = 0; round < (quick ? 2 : 3); round++) {
			const run = async () => await session.run(workflow(session, fileId, url));
			const [node, httpRequest] = await transfers(session, [DOWNLOAD, HTTP], run);
			runs.node.push(node as Transfer);
			runs.httpRequest.push(httpRequest as Transfer);
			runs.curl.push(await curlTime(args, signal));
			say(`    round ${round + 1} is done`);
		}
		rmSync(target);
		return transferOutcomes(`${size / MIB} MiB`, size, runs);
	},
};
