import { digits, median, times } from '../support/measure';
import { chain, numberedItems, taskOf, type N8nSession } from '../support/n8n';
import { atMost, type Row } from '../support/row';
import type { SimulatorProcess } from '../support/simulators';

const seconds = (value: number) => `${digits(value)} s`;
const percent = (value: number) => `${(value * 100).toFixed(2)} %`;

const ITEM_MS = 1000;
const ITEMS = 50;
const CONCURRENCY = 10;
/** What the server alone needs for all items. */
const LEAST_MS = (ITEMS / CONCURRENCY) * ITEM_MS;

interface RecordedRequest {
	startedAt: number;
	finishedAt: number;
}

/** Runs `chat.send` for so many items, each of which takes the server `ms`. */
async function chat(n8n: N8nSession, items: number, ms: number, concurrency: number) {
	const workflow = chain(`Chat of ${items}, ${concurrency} at a time`, numberedItems(items), [
		{
			name: 'Chat',
			type: 'n8n-nodes-chatflow.dify',
			credential: n8n.dify,
			parameters: {
				resource: 'chat',
				operation: 'send',
				query: `=#first ${ms} Item {{ $json.number }}`,
				user: 'bench',
				outputMode: 'aggregated',
				options: { concurrency },
			},
		},
	]);
	const task = taskOf(await n8n.run(workflow), 'Chat');
	const answers = task.data?.main?.[0] ?? [];
	const right = answers.every(({ json }, at) => json.answer === `Echo: Item ${at}`);
	if (answers.length !== items || !right)
		throw new Error('Not every item was answered in its place');
	return task.executionTime;
}

/** How long the server itself worked on its last `count` chats, in milliseconds, summed up. */
async function serverTime({ difyControl }: SimulatorProcess, count: number): Promise<number> {
	const path = `/requests?path=/chat-messages&limit=${count}`;
	const { data } = await difyControl.call<{ data: RecordedRequest[] }>('GET', path);
	return data.reduce((sum, { startedAt, finishedAt }) => sum + finishedAt - startedAt, 0);
}

/** Row 1: items of one second each, ten at a time and one by one, in a real n8n. */
export const concurrencyRow: Row = {
	number: 1,
	what: '`chat.send` in a real n8n, 1 s per item on the server',
	measure: async ({ n8n, simulators, quick }) => {
		const session = await n8n();
		const single = quick ? 5 : 20;
		const rounds = quick ? 1 : 3;
		await chat(session, 2, 10, 1);
		const together: number[] = [];
		const oneByOne: number[] = [];
		for (let round = 0; round < rounds; round++) {
			together.push(await chat(session, ITEMS, ITEM_MS, CONCURRENCY));
			const spent = await chat(session, single, ITEM_MS, 1);
			oneByOne.push(spent / (await serverTime(simulators, single)) - 1);
		}
		return [
			atMost(1.1, {
				name: `${ITEMS} items, Concurrency ${CONCURRENCY}: time in the node, against the ${seconds(LEAST_MS / 1000)} that the server needs`,
				value: median(together) / LEAST_MS,
				show: times,
				details: [`runs: ${together.map((ms) => seconds(ms / 1000)).join(', ')}`],
			}),
			atMost(0.02, {
				name: `${single} items, one at a time: over the server's own time`,
				value: median(oneByOne),
				show: percent,
				details: [
					`runs: ${oneByOne.map(percent).join(', ')}; the server's own time is the sum of what its log says for each request`,
				],
			}),
		];
	},
};
