import { randomUUID } from 'node:crypto';
import { seconds } from '../state';
import type { Dict } from '../types';
import type { VersionTraits } from '../versions';

/** What a node is, before it runs. */
export interface NodeSpec {
	nodeId: string;
	type: string;
	title: string;
	inputs?: Dict;
	predecessor?: string | null;
	iterationId?: string;
	iterationIndex?: number;
	loopId?: string;
	loopIndex?: number;
	/** Set for the passes of a parallel iteration. */
	parallelRunId?: string;
	agentStrategy?: Dict;
}

/** What a node came to. */
export interface NodeResult {
	outputs?: Dict | null;
	processData?: Dict | null;
	status?: 'succeeded' | 'failed' | 'exception' | 'stopped' | 'paused';
	error?: string | null;
	metadata?: Dict;
	files?: Dict[];
	tokens?: number;
}

/** One execution of a node, kept for the run's snapshot. */
export interface NodeExecution {
	id: string;
	spec: NodeSpec;
	index: number;
	startedAt: number;
	finishedAt: number | null;
	result: NodeResult | null;
}

export function newExecution(spec: NodeSpec, index: number): NodeExecution {
	return { id: randomUUID(), spec, index, startedAt: Date.now(), finishedAt: null, result: null };
}

function common(node: NodeExecution, traits: VersionTraits, stripped: boolean): Dict {
	const { spec } = node;
	const data: Dict = {
		id: node.id,
		node_id: spec.nodeId,
		node_type: spec.type,
		title: spec.title,
		index: node.index,
		predecessor_node_id: stripped ? null : (spec.predecessor ?? null),
		inputs: stripped ? null : (spec.inputs ?? null),
	};
	if (traits.truncationFields) data.inputs_truncated = false;
	return data;
}

function nesting(node: NodeExecution, traits: VersionTraits): Dict {
	const data: Dict = {};
	if (traits.parallelFields) {
		data.parallel_id = null;
		data.parallel_start_node_id = null;
		data.parent_parallel_id = null;
		data.parent_parallel_start_node_id = null;
	}
	data.iteration_id = node.spec.iterationId ?? null;
	data.loop_id = node.spec.loopId ?? null;
	return data;
}

/** `node_started.data`; `stripped` as in a snapshot replay. */
export function startedData(node: NodeExecution, traits: VersionTraits, stripped = false): Dict {
	return {
		...common(node, traits, stripped),
		created_at: seconds(node.startedAt),
		extras: stripped ? {} : { icon: null },
		...nesting(node, traits),
		agent_strategy: node.spec.agentStrategy ?? null,
	};
}

function executionMetadata(node: NodeExecution, result: NodeResult): Dict {
	const { spec } = node;
	const data: Dict = {};
	if (result.tokens !== undefined) {
		data.total_tokens = result.tokens;
		data.total_price = (result.tokens * 0.000002).toFixed(7);
		data.currency = 'USD';
	}
	if (spec.iterationId) {
		data.iteration_id = spec.iterationId;
		data.iteration_index = spec.iterationIndex ?? 0;
	}
	if (spec.loopId) {
		data.loop_id = spec.loopId;
		data.loop_index = spec.loopIndex ?? 0;
	}
	if (spec.parallelRunId) data.parallel_mode_run_id = spec.parallelRunId;
	return { ...data, ...result.metadata };
}

/** `node_finished.data` and, with `retry_index` added, `node_retry.data`. */
export function finishedData(node: NodeExecution, traits: VersionTraits, stripped = false): Dict {
	const result = node.result ?? {};
	const finishedAt = node.finishedAt ?? Date.now();
	const data: Dict = {
		...common(node, traits, stripped),
		process_data: stripped ? null : (result.processData ?? null),
		outputs: stripped ? null : (result.outputs ?? null),
		status: result.status ?? 'succeeded',
		error: stripped ? null : (result.error ?? null),
		elapsed_time: (finishedAt - node.startedAt) / 1000,
		execution_metadata: stripped ? null : executionMetadata(node, result),
		created_at: seconds(node.startedAt),
		finished_at: seconds(finishedAt),
		files: stripped ? [] : (result.files ?? []),
		...nesting(node, traits),
	};
	if (traits.truncationFields) {
		data.process_data_truncated = false;
		data.outputs_truncated = stripped;
	}
	return data;
}
