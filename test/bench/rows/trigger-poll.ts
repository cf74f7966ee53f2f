import { waitFor } from '../../support/n8n/wait';
import { saveCredential } from '../../support/n8n/credentials';
import { deactivateWorkflow, publishWorkflow, saveWorkflow } from '../../support/n8n/workflows';
import type { BenchContext } from '../support/context';
import { connect, toNode, type Step } from '../support/n8n';
import { atMost, type Row } from '../support/row';

const KEY = 'app-workflow-key';
const HOUR_MS = 3_600_000;
/** n8n polls at most once a minute by one expression, but takes several expressions. */
const SECONDS = [0, 10, 20, 30, 40, 50];
/** Two polls whose requests lie less than this apart are one. */
const SAME_POLL_MS = 5_000;
const POLLS = 3;

const requests = (count: number) => `${count} ${count === 1 ? 'request' : 'requests'}`;

function workflow(steps: Step[]) {
	return {
		name: 'Poll of a long log',
		nodes: steps.map(toNode),
		connections: connect(steps),
	};
}

/** When the log was asked for since the last reset of the recorder, oldest first. */
async function askedAt({ simulators }: BenchContext): Promise<number[]> {
	const { data } = await simulators.difyControl.call<{ data: Array<{ startedAt: number }> }>(
		'GET',
		'/requests?path=/workflows/logs',
	);
	return data.map(({ startedAt }) => startedAt);
}

/** Requests per poll, the first of which may still come from the activation. */
function perPoll(moments: number[]): number[] {
	const polls: number[] = [];
	moments.forEach((at, index) => {
		const before = moments[index - 1];
		if (before === undefined || at - before > SAME_POLL_MS) polls.push(1);
		else polls[polls.length - 1] = (polls.at(-1) ?? 0) + 1;
	});
	return polls;
}

/** Row 9: what a poll costs when the log is long and nothing in it is new, in a real n8n. */
export const triggerPollRow: Row = {
	number: 9,
	what: 'a poll of the Chatflow Trigger with nothing new',
	measure: async (context) => {
		const session = await context.n8n();
		const count = context.quick ? 10_000 : 100_000;
		const createdAt = Date.now() - HOUR_MS;
		const { difyControl, dify } = context.simulators;
		await difyControl.call('POST', '/seed/log', { count, createdAt, app: KEY });
		const credential = await saveCredential(session.client, {
			name: 'Dify (workflow app)',
			type: 'difyApi',
			data: { baseUrl: dify.baseUrl, apiKey: KEY },
		});
		const content = workflow([
			{
				name: 'Trigger',
				type: 'n8n-nodes-chatflow.chatflowTrigger',
				credential,
				parameters: {
					event: 'workflowLog',
					pollTimes: {
						item: SECONDS.map((second) => ({
							mode: 'custom',
							cronExpression: `${second} * * * * *`,
						})),
					},
				},
			},
			{ name: 'Next', type: 'n8n-nodes-base.noOp', parameters: {} },
		]);
		const saved = await saveWorkflow(session.client, content);
		await publishWorkflow(session.client, saved);
		await difyControl.call('DELETE', '/requests');
		// One more than is counted: the first poll seen may have begun before the recorder was cleared.
		const polls = await waitFor(
			async () => {
				const seen = perPoll(await askedAt(context));
				return seen.length > POLLS + 1 ? seen.slice(1, POLLS + 1) : undefined;
			},
			{ what: 'The polls', limitMs: 120_000, everyMs: 1_000 },
		);
		await deactivateWorkflow(session.client, saved.id);
		return [
			atMost(1, {
				name: `after ${count.toLocaleString('en')} old logs, the most of ${POLLS} polls`,
				value: Math.max(...polls),
				show: requests,
				details: [`requests of each poll: ${polls.join(', ')}`],
			}),
		];
	},
};
