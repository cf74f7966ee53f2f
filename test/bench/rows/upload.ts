import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchContext } from '../support/context';
import { curlTime } from '../support/curl';
import { chain, connect, start, type N8nSession, type Step } from '../support/n8n';
import type { Row } from '../support/row';
import type { SimulatorProcess } from '../support/simulators';
import { transferOutcomes, transfers, writeLargeFile, type Transfer } from '../support/transfer';

const MIB = 1024 ** 2;
const LARGEST_MIB = 2048;
const READ = 'Read';
const DIFY = 'Dify';
const CYBERTRON = 'Cybertron';
const FLOW = '3c61d330-a577-11ef-ad83-e4434b3011a0';

/** The file goes from the disk into n8n's binary store, and from there to both services. */
function workflow(n8n: N8nSession, file: string) {
	const read: Step = {
		name: READ,
		type: 'n8n-nodes-base.readWriteFile',
		parameters: { operation: 'read', fileSelector: file, options: {} },
	};
	const dify: Step = {
		name: DIFY,
		type: 'n8n-nodes-chatflow.dify',
		credential: n8n.dify,
		parameters: { resource: 'file', operation: 'upload', user: 'bench', options: {} },
	};
	const cybertron: Step = {
		name: CYBERTRON,
		type: 'n8n-nodes-chatflow.cybertron',
		credential: n8n.cybertron,
		parameters: {
			resource: 'offlineFile',
			operation: 'upload',
			flowUuid: FLOW,
			tenantName: 'AiopsTest',
			extraParams: 'content',
			parseModel: 'ocr',
			waitForResult: false,
			options: {},
		},
	};
	const content = chain('Upload of a large file', [{ json: {} }], [read, dify, cybertron]);
	const next = [DIFY, CYBERTRON].map((node) => ({ node, type: 'main' as const, index: 0 }));
	return { ...content, connections: { ...connect([start, read]), [READ]: { main: [next] } } };
}

function curlArguments({ dify, cybertron }: SimulatorProcess, file: string) {
	const field = (name: string, value: string) => ['--form', `${name}=${value}`];
	const header = (name: string, value: string) => ['--header', `${name}: ${value}`];
	const content = field('file', `@${file};type=application/pdf`);
	return {
		dify: [
			...header('Authorization', `Bearer ${dify.apiKey}`),
			...field('user', 'bench'),
			...content,
			`${dify.baseUrl}/files/upload`,
		],
		cybertron: [
			...header('cybertron-robot-key', cybertron.robotKey),
			...header('cybertron-robot-token', cybertron.robotToken),
			...header('username', cybertron.username),
			...field('mode', '1'),
			...field('username', cybertron.username),
			...field('flow_uuid', FLOW),
			...field('tenant_name', 'AiopsTest'),
			...field('extra_params', 'content'),
			...field('parse_model', 'ocr'),
			...field('file_name', 'huge.pdf'),
			...field('file_format', 'pdf'),
			...content,
			`${cybertron.origin}/openapi/v1/chatflow/offline_upload_file/`,
		],
	};
}

async function prepare({ simulators }: BenchContext): Promise<void> {
	await simulators.difyControl.call('POST', '/reset');
	await simulators.difyControl.call('PATCH', '/settings', {
		uploadLimitsMb: { image: 10, document: LARGEST_MIB, audio: 50, video: 100 },
		bodyLimitMb: LARGEST_MIB,
	});
}

/** Row 5: a large file out of n8n's filesystem store, by both nodes and by curl. */
export const uploadRow: Row = {
	number: 5,
	what: "upload of 1 GiB from n8n's filesystem store: dify `file.upload`, cybertron `offlineFile.upload`",
	measure: async (context) => {
		const n8n = await context.n8n();
		const bytes = (context.quick ? 128 : 1024) * MIB;
		const file = join(n8n.filesFolder, 'huge.pdf');
		writeLargeFile(file, bytes);
		const args = curlArguments(context.simulators, file);
		const node: Record<'dify' | 'cybertron', Transfer[]> = { dify: [], cybertron: [] };
		const curl: Record<'dify' | 'cybertron', number[]> = { dify: [], cybertron: [] };
		for (let round = 0; round < (context.quick ? 2 : 3); round++) {
			await prepare(context);
			const run = async () => await n8n.run(workflow(n8n, file));
			const [dify, cybertron] = await transfers(n8n, [DIFY, CYBERTRON], run);
			node.dify.push(dify as Transfer);
			node.cybertron.push(cybertron as Transfer);
			curl.dify.push(await curlTime(args.dify, context.signal));
			curl.cybertron.push(await curlTime(args.cybertron, context.signal));
			context.say(`    round ${round + 1} is done`);
		}
		await context.simulators.difyControl.call('POST', '/reset');
		rmSync(file);
		const size = `${bytes / MIB} MiB`;
		return [
			...transferOutcomes(`Dify, ${size}`, bytes, node.dify, curl.dify),
			...transferOutcomes(`Cybertron, ${size}`, bytes, node.cybertron, curl.cybertron),
		];
	},
};
