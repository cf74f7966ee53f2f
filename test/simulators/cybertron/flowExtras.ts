import type { FlowRound } from './flowEngine';
import { nodeFrame, roundComplete, type NodeFrame } from './flowFrames';
import { plainFrame } from './frames';
import type { FlowRun } from './flowTypes';
import type { Step, Steps } from './steps';
import { failureText, jumpText } from './texts';

/**
 * Flow rounds that a directive chooses instead of the flow's own nodes. They leave the flow where
 * it is, so the next message goes on as if the round had not been.
 */
export function extraFlowRound(run: FlowRun, round: FlowRound): Steps | undefined {
	const { directives } = round;
	const big = directives.number('big');
	if (big !== undefined) return bigRound(run, round, big, directives.number('history') ?? 200);
	const jumpTextTo = directives.value('jump-text');
	if (jumpTextTo) return [textFrame(round, jumpText(jumpTextTo), 'n'), roundComplete(run)];
	if (directives.has('string-end')) return [textFrame(round, `You said: ${round.text}`, 'y')];
	const frame = extraFrame(round);
	return frame && [nodeFrame(run, round, { ...currentNode(run), ...frame }), roundComplete(run)];
}

function currentNode(run: FlowRun): Pick<NodeFrame, 'node'> {
	const node = run.flow.nodes[run.position] ?? run.flow.nodes[0];
	return node ? { node } : {};
}

/** Text frames between flow frames. */
function textFrame(round: FlowRound, data: string, finish: 'y' | 'n'): Step {
	return plainFrame({ dialogId: round.dialogId, type: 'string', index: 0, data, finish });
}

function extraFrame({ directives }: FlowRound): NodeFrame | undefined {
	const jump = directives.value('jump');
	if (jump) return { code: '002007', answer: jumpText(jump) };
	const transfer = directives.number('transfer');
	if (transfer !== undefined) {
		const extra = {
			manual_reply: transfer,
			trigger_condition: 'intent',
			manua_reply_name: 'Human service',
		};
		return { code: '000301', answer: '', extra };
	}
	if (directives.has('flow-error')) return { code: '400000', answer: 'Node execution failed' };
	const failure = failureText(directives);
	return failure === undefined ? undefined : { code: '000000', answer: failure };
}

/**
 * `count` streaming frames whose history grows by one row per frame up to `maxRows` rows: what a
 * long answer costs a reader when every frame repeats the history.
 */
function* bigRound(run: FlowRun, round: FlowRound, count: number, maxRows: number): Steps {
	const big: FlowRun = { ...run, history: [...run.history] };
	const [row] = big.history;
	for (let index = 0; index < count; index++) {
		if (big.history.length < maxRows) {
			big.history.push({
				timestamp: round.startedAt + index,
				time_date: row?.time_date ?? '20241118150531091582',
				node_id: currentNode(run).node?.id ?? '',
				robot_user_replying: `row ${index + 1}`,
				robot_user_asking: '',
				user_robot_replying: '',
			});
		}
		const finish = index === count - 1 ? 'y' : 'n';
		const answer = `word${index + 1} `;
		const stream = { index, finish } as const;
		yield nodeFrame(big, round, { ...currentNode(run), code: '000000', answer, stream });
	}
	yield roundComplete(run);
}
