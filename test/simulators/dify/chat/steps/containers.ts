import { randomUUID } from 'node:crypto';
import { seconds } from '../../state';
import type { Dict } from '../../types';
import type { NodeSpec } from '../nodes';
import type { RunSession } from '../session';

interface Container {
	kind: 'iteration' | 'loop';
	nodeId: string;
	title: string;
	startedAt: number;
	count: number;
	parallel: boolean;
}

function base(container: Container): Dict {
	return {
		// Containers have no execution id of their own: id is the node's id.
		id: container.nodeId,
		node_id: container.nodeId,
		node_type: container.kind,
		title: container.title,
		created_at: seconds(container.startedAt),
		extras: {},
	};
}

function started(run: RunSession, container: Container): void {
	const items = Array.from({ length: container.count }, (_, index) => `item${index + 1}`);
	run.emitWorkflow(`${container.kind}_started`, {
		...base(container),
		metadata: { [`${container.kind}_length`]: container.count, is_parallel: container.parallel },
		inputs:
			container.kind === 'iteration'
				? { iterator_selector: items }
				: { loop_count: container.count },
		...(run.traits.truncationFields ? { inputs_truncated: false } : {}),
	});
}

function next(run: RunSession, container: Container, index: number, previous: string | null): void {
	run.emitWorkflow(`${container.kind}_next`, {
		...base(container),
		index,
		...(container.kind === 'loop' ? { pre_loop_output: previous } : {}),
	});
}

function completed(
	run: RunSession,
	container: Container,
	outputs: string[],
	durations: Dict,
): void {
	const finishedAt = Date.now();
	run.emitWorkflow(`${container.kind}_completed`, {
		...base(container),
		outputs:
			container.kind === 'iteration' ? { output: outputs } : { last: outputs.at(-1) ?? null },
		status: 'succeeded',
		error: null,
		inputs: {},
		elapsed_time: (finishedAt - container.startedAt) / 1000,
		total_tokens: container.count,
		execution_metadata: {
			total_tokens: container.count,
			[`${container.kind}_duration_map`]: durations,
		},
		finished_at: seconds(finishedAt),
		steps: container.count,
		...(run.traits.truncationFields ? { inputs_truncated: false, outputs_truncated: false } : {}),
	});
}

/** One pass: two nodes inside the container. */
async function pass(run: RunSession, container: Container, index: number): Promise<string> {
	const place: Partial<NodeSpec> =
		container.kind === 'iteration'
			? { iterationId: container.nodeId, iterationIndex: index }
			: { loopId: container.nodeId, loopIndex: index };
	if (container.parallel) place.parallelRunId = randomUUID();
	const output = `${container.kind} ${index + 1} done`;
	const code = run.startNode({
		nodeId: `${container.kind}-code`,
		type: 'code',
		title: 'Code',
		...place,
	});
	// Passes of a parallel iteration interleave here.
	await run.pacer.breathe();
	run.finishNode(code, { outputs: { result: output }, tokens: 1 });
	await run.pacer.breathe();
	await run.node(
		{
			nodeId: `${container.kind}-template`,
			type: 'template-transform',
			title: 'Template',
			...place,
		},
		{ outputs: { output } },
	);
	return output;
}

function newContainer(run: RunSession, kind: Container['kind']): Container {
	return {
		kind,
		nodeId: kind,
		title: kind === 'iteration' ? 'Iteration' : 'Loop',
		startedAt: Date.now(),
		count: run.plan.number(kind, 2),
		parallel: kind === 'iteration' && run.plan.has('iteration', 'parallel'),
	};
}

/** Iteration: no node_started or node_finished of its own. */
export async function iterationStep(run: RunSession): Promise<void> {
	const container = newContainer(run, 'iteration');
	started(run, container);
	const indexes = Array.from({ length: container.count }, (_, index) => index);
	const outputs: string[] = [];
	if (container.parallel) {
		const passes = indexes.map(async (index) => {
			next(run, container, index, null);
			return await pass(run, container, index);
		});
		const results = await Promise.allSettled(passes);
		for (const result of results) {
			if (result.status === 'rejected') throw result.reason;
			outputs.push(result.value);
		}
	} else {
		for (const index of indexes) {
			next(run, container, index, outputs.at(-1) ?? null);
			outputs.push(await pass(run, container, index));
		}
	}
	completed(run, container, outputs, Object.fromEntries(indexes.map((index) => [index, 0.01])));
}

export async function loopStep(run: RunSession): Promise<void> {
	const container = newContainer(run, 'loop');
	started(run, container);
	const outputs: string[] = [];
	for (let index = 0; index < container.count; index += 1) {
		next(run, container, index, outputs.at(-1) ?? null);
		outputs.push(await pass(run, container, index));
	}
	completed(run, container, outputs, Object.fromEntries(outputs.map((_, index) => [index, 0.01])));
}
