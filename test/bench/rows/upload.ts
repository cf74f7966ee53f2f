import type { INodeParameters } from 'n8n-workflow';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchContext } from '../support/context';
import { curlTime } from '../support/curl';
import { chain, connect, start, type N8nSession, type Step } from '../support/n8n';
import type { Row } from '../support/row';
import type { SimulatorProcess } from '../support/simulators';
import {
	memoryOutcome,
	transferOutcomes,
	transfers,
	writeLargeFile,
	type Contest,
	type Transfer,
} from '../support/transfer';

const MIB = 1024 ** 2;
const LARGEST_MIB = 2048;
const READ = 'Read';
const DIFY = 'Dify';
const CYBERTRON = 'Cybertron';
const HTTP = 'HTTP Request';
const KNOWLEDGE = 'Knowledge';
const UPLOAD = '/openapi/v1/chatflow/offline_upload_file/';
const FLOW = '3c61d330-a577-11ef-ad83-e4434b3011a0';

const CONTESTANTS = [DIFY, CYBERTRON, KNOWLEDGE, HTTP];

/** What Cybertron wants beside the file. */
function formFields({ cybertron }: SimulatorProcess): Record<string, string> {
	return {
		mode: '1',
		username: cybertron.username,
		flow_uuid: FLOW,
		tenant_name: 'AiopsTest',
		extra_params: 'content',
		parse_model: 'ocr',
		file_name: 'huge.pdf',
		file_format: 'pdf',
	};
}

/** The same upload by n8n's own node. Following redirects, it would keep a copy of the whole body. */
function httpRequest(n8n: N8nSession, simulators: SimulatorProcess): Step {
	const text = Object.entries(formFields(simulators)).map(([name, value]) => ({ name, value }));
	return {
		name: HTTP,
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		credential: n8n.cybertron,
		parameters: {
			method: 'POST',
			url: `${simulators.cybertron.origin}${UPLOAD}`,
			authentication: 'predefinedCredentialType',
			nodeCredentialType: 'cybertronApi',
			sendBody: true,
			contentType: 'multipart-form-data',
			bodyParameters: {
				parameters: [
					...text.map((field) => ({ parameterType: 'formData', ...field })),
					{ parameterType: 'formBinaryData', name: 'file', inputDataFieldName: 'data' },
				],
			},
			options: { redirect: { redirect: { followRedirects: false } } },
		},
	};
}

/** The file goes from the disk into n8n's binary store, and from there to both services. */
function workflow(n8n: N8nSession, file: string, simulators: SimulatorProcess, base: string) {
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
	// Its hash is taken first: the file is read twice.
	const document: Step = {
		name: KNOWLEDGE,
		type: 'n8n-nodes-chatflow.dify',
		credential: n8n.difyKnowledge,
		parameters: {
			resource: 'document',
			operation: 'upsert',
			datasetId: { __rl: true, mode: 'id', value: base } as unknown as INodeParameters,
			options: { skipUnchanged: true, documentName: 'huge.txt' },
		},
	};
	const http = httpRequest(n8n, simulators);
	const steps = [dify, cybertron, document, http];
	const content = chain('Upload of a large file', [{ json: {} }], [read, ...steps]);
	const next = CONTESTANTS.map((node) => ({ node, type: 'main' as const, index: 0 }));
	return { ...content, connections: { ...connect([start, read]), [READ]: { main: [next] } } };
}

function curlArguments(simulators: SimulatorProcess, file: string) {
	const { dify, cybertron } = simulators;
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
			...Object.entries(formFields(simulators)).flatMap(([name, value]) => field(name, value)),
			...content,
			`${cybertron.origin}${UPLOAD}`,
		],
	};
}

/** @returns The ID of a knowledge base. */
async function prepare({ simulators }: BenchContext): Promise<string> {
	await simulators.difyControl.call('POST', '/reset');
	await simulators.difyControl.call('PATCH', '/settings', {
		uploadLimitsMb: { image: 10, document: LARGEST_MIB, audio: 50, video: 100 },
		bodyLimitMb: LARGEST_MIB,
	});
	const { data } = await simulators.difyControl.call<{ data: Array<{ id: string }> }>(
		'POST',
		'/seed/knowledgeBase',
		{},
	);
	return String(data[0]?.id);
}

/** Row 5: a large file out of n8n's filesystem store, by both nodes and by curl. */
export const uploadRow: Row = {
	number: 5,
	what: "upload of 1 GiB from n8n's filesystem store: dify `file.upload` and `document.upsert`, cybertron `offlineFile.upload`",
	measure: async (context) => {
		const n8n = await context.n8n();
		const bytes = (context.quick ? 128 : 1024) * MIB;
		const file = join(n8n.filesFolder, 'huge.pdf');
		writeLargeFile(file, bytes);
		const args = curlArguments(context.simulators, file);
		const dify: Contest = { node: [], curl: [] };
		const cybertron: Required<Contest> = { node: [], curl: [], httpRequest: [] };
		const knowledge: Transfer[] = [];
		for (let round = 0; round < (context.quick ? 2 : 3); round++) {
			const base = await prepare(context);
			const run = async () => await n8n.run(workflow(n8n, file, context.simulators, base));
			const [first, second, third, fourth] = await transfers(n8n, CONTESTANTS, run);
			dify.node.push(first as Transfer);
			cybertron.node.push(second as Transfer);
			knowledge.push(third as Transfer);
			cybertron.httpRequest.push(fourth as Transfer);
			dify.curl.push(await curlTime(args.dify, context.signal));
			cybertron.curl.push(await curlTime(args.cybertron, context.signal));
			context.say(`    round ${round + 1} is done`);
		}
		await context.simulators.difyControl.call('POST', '/reset');
		rmSync(file);
		const size = `${bytes / MIB} MiB`;
		return [
			...transferOutcomes(`Dify, ${size}`, bytes, dify),
			...transferOutcomes(`Cybertron, ${size}`, bytes, cybertron),
			memoryOutcome(`Dify Document, ${size}`, knowledge),
		];
	},
};
