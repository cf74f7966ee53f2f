import { randomUUID } from 'node:crypto';
import { bytesInMemory } from '../../files/bytes';
import { signedToolUrl } from '../../files/urls';
import { seconds } from '../../state';
import type { Dict } from '../../types';
import { finishedData } from '../nodes';
import type { RunSession } from '../session';

export async function workStep(run: RunSession): Promise<void> {
	const node = run.startNode({ nodeId: 'work', type: 'code', title: 'Slow code' });
	await run.work(run.plan.number('work', 1000));
	run.finishNode(node, { outputs: { result: 'worked' } });
}

export async function manyNodesStep(run: RunSession): Promise<void> {
	const count = run.plan.number('nodes', 10);
	for (let index = 1; index <= count; index += 1) {
		await run.node(
			{ nodeId: `code-${index}`, type: 'code', title: `Code ${index}`, inputs: { index } },
			{ outputs: { result: index } },
		);
		if (index % 100 === 0) {
			await run.channel.drained();
			await run.pacer.breathe();
		}
	}
}

export async function knowledgeStep(run: RunSession): Promise<void> {
	const resources = [1, 2].map((position) => ({
		id: randomUUID(),
		message_id: run.messageId,
		position,
		dataset_id: randomUUID(),
		dataset_name: 'Handbook',
		document_id: randomUUID(),
		document_name: `chapter-${position}.md`,
		data_source_type: 'upload_file',
		segment_id: randomUUID(),
		score: 1 - position / 10,
		hit_count: position,
		word_count: 12,
		segment_position: position,
		index_node_hash: randomUUID().replaceAll('-', ''),
		content: `What chapter ${position} says.`,
		summary: null,
		created_at: seconds(run.createdAt),
	}));
	await run.node(
		{ nodeId: 'knowledge', type: 'knowledge-retrieval', title: 'Knowledge' },
		{ outputs: { result: resources } },
	);
	run.retrieverResources = run.app.retrieverResource ? resources : [];
}

export async function retryStep(run: RunSession): Promise<void> {
	const node = run.startNode({ nodeId: 'http', type: 'http-request', title: 'HTTP Request' });
	for (let retry = 1; retry <= run.plan.number('retry', 2); retry += 1) {
		const failed = {
			...node,
			finishedAt: Date.now(),
			result: { status: 'failed' as const, error: 'Connection refused' },
		};
		run.emitWorkflow('node_retry', {
			...finishedData(failed, run.traits),
			status: 'retry',
			retry_index: retry,
		});
	}
	run.finishNode(node, { outputs: { status_code: 200, body: 'ok' } });
}

/** A node whose error strategy lets the run go on: partial-succeeded. */
export async function partialStep(run: RunSession): Promise<void> {
	run.exceptions += 1;
	await run.node(
		{ nodeId: 'risky', type: 'http-request', title: 'Risky request' },
		{
			status: 'exception',
			error: 'Reached maximum retries',
			outputs: { body: '', error_message: 'Reached maximum retries', error_type: 'HTTPError' },
			metadata: { error_strategy: 'default-value' },
		},
	);
}

export async function agentStep(run: RunSession): Promise<void> {
	const strategy = { name: 'FunctionCalling', icon: null };
	const node = run.startNode({
		nodeId: 'agent',
		type: 'agent',
		title: 'Agent',
		agentStrategy: strategy,
	});
	const round = randomUUID();
	const thought = randomUUID();
	const log = (
		id: string,
		label: string,
		parent: string | null,
		status: string,
		data: Dict,
	): void =>
		// agent_log has no workflow_run_id.
		run.emit('agent_log', {
			data: {
				node_execution_id: node.id,
				id,
				label,
				parent_id: parent,
				error: null,
				status,
				data,
				metadata: { elapsed_time: 0.1, provider: 'simulated' },
				node_id: 'agent',
			},
		});
	log(round, 'ROUND 1', null, 'start', {});
	log(thought, 'CALL weather', round, 'start', { tool: 'weather' });
	log(thought, 'CALL weather', round, 'success', { tool: 'weather', output: 'sunny' });
	log(round, 'ROUND 1', null, 'success', { output: 'It is sunny.' });
	run.finishNode(node, {
		outputs: { text: 'It is sunny.', files: [], json: [] },
		metadata: { agent_log: [{ id: round, label: 'ROUND 1', status: 'success' }] },
		tokens: 12,
	});
}

/** A tool node that makes files; they come in message_end and workflow_finished. */
export async function filesStep(run: RunSession): Promise<void> {
	const { core, state, app, request } = run;
	for (let index = 1; index <= run.plan.number('files', 1); index += 1) {
		const id = randomUUID();
		const name = `result-${index}.txt`;
		const bytes = bytesInMemory(Buffer.from(`File ${index} for: ${run.plan.text}\n`));
		state.files.set(id, {
			id,
			appId: app.id,
			endUserId: request.endUser.id,
			name,
			extension: 'txt',
			mimeType: 'text/plain',
			bytes,
			createdAt: Date.now(),
			generated: true,
		});
		run.outputFiles.push({
			dify_model_identity: '__dify__file__',
			id: null,
			type: 'document',
			transfer_method: 'tool_file',
			remote_url: null,
			related_id: id,
			reference: id,
			filename: name,
			extension: '.txt',
			mime_type: 'text/plain',
			size: bytes.size,
			url: signedToolUrl(core, id, 'txt'),
		});
	}
	await run.node(
		{ nodeId: 'tool', type: 'tool', title: 'File maker' },
		{ outputs: { text: 'made', files: run.outputFiles, json: [] }, files: run.outputFiles },
	);
}

export const LONG_IDS = ['9007199254740993', '18446744073709551615', '-9223372036854775808'];

/** Outputs with integers beyond 2^53, as Python writes them: bare digits. */
export async function longIdsStep(run: RunSession): Promise<void> {
	const node = run.startNode({ nodeId: 'database', type: 'tool', title: 'Database' });
	node.result = { outputs: { rows: '@rows@' } };
	node.finishedAt = Date.now();
	const json = JSON.stringify({
		...run.envelope('node_finished'),
		workflow_run_id: run.id,
		data: finishedData(node, run.traits),
	});
	const rows = `[${LONG_IDS.map((id) => `{"id":${id},"created":${seconds(Date.now())}}`).join(',')}]`;
	run.emitRaw('node_finished', json.replace('"@rows@"', rows));
}

/** Things a parser has to pass over: unknown events, comments, retry and id lines. */
export async function unknownEventStep(run: RunSession): Promise<void> {
	run.emit('future_event', { data: { nobody: 'knows', nested: [1, { two: true }] }, extra: null });
	run.emit('warning', { warning: 'This is only a warning.' });
	run.channel.publish({
		event: 'comment',
		text: '',
		blocks: Buffer.from(': a comment\nretry: 5000\nid: 77\n\nevent: custom\ndata: not json\n\n'),
	});
}
