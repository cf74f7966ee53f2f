import { waitFor } from '../../support/n8n/wait';
import { saveCredential } from '../../support/n8n/credentials';
import { deactivateWorkflow, publishWorkflow, saveWorkflow } from '../../support/n8n/workflows';
import type { BenchContext } from '../support/context';
import { connect, toNode, type Step } from '../support/n8n';
import { perPoll } from '../support/polls';
import { atMost, type Row } from '../support/row';

const KEY = 'app-workflow-key';
const HOUR_MS = 3_600_000;
const SECOND_MS = 1_000;
const SEEDED_AT_ONCE = 10_000;
/** n8n polls at most once a minute by one expression, but takes several expressions. */
const SECONDS = [0, 10, 20, 30, 40, 50];
const POLLS = 3;

const requests = (count: number) => `${count} ${count === 1 ? 'request' : 'requests'}`;

function workflow(steps: Step[]) {
	return {
		name: 'Poll of a long log',
		nodes: steps.map(toNode),
		connections: connect(steps),
	};
}

/** Fills the log: one run in every second until an hour ago. */
async function seedLogs({ simulators }: BenchContext, count: number): Promise<void> {
	const newest = Date.now() - HOUR_MS;
	for (let left = count; left > 0; left -= SEEDED_AT_ONCE) {
		const length = Math.min(left, SEEDED_AT_ONCE);
		const createdAt = (index: number) => newest - (left - 1 - index) * SECOND_MS;
		const items = Array.from({ length }, (_, index) => ({ app: KEY, createdAt: createdAt(index) }));
		await simulators.difyControl.call('POST', '/seed/log', { items });
	}
}

/** When the server was asked for anything since the last reset of the recorder, oldest first. */
async function askedAt({ simulators }: BenchContext): Promise<number[]> {
	interface Asked {
		startedAt: number;
		status: number | null;
	}
	const { data } = await simulators.difyControl.call<{ data: Asked[] }>(
		'GET',
		'/requests?path=/v1/',
	);
	const failed = data.find(({ status }) => status !== null && status !== 200);
	if (failed) throw new Error(`A poll was answered with ${failed.status}`);
	return data.map(({ startedAt }) => startedAt);
}

/** Row 9: what a poll costs when the log is long and nothing in it is new, in a real n8n. */
export const triggerPollRow: Row = {
	number: 9,
	what: 'a poll of the Chatflow Trigger with nothing new',
	measure: async (context) => {
		const session = await context.n8n();
		const count = context.quick ? 10_000 : 100_000;
		const { difyControl, dify } = context.simulators;
		await seedLogs(context, count);
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
			{ what: 'The polls', limitMs: 120_000, everyMs: 1_000, signal: context.signal },
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
