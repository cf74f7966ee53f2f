import type { INodeParameters } from 'n8n-workflow';
import { digits, inTurns, median, times } from '../support/measure';
import { chain, numberedItems, taskOf, type N8nSession, type Step } from '../support/n8n';
import { atMost, type Row } from '../support/row';

/** Milliseconds that a node takes for so many items. */
async function nodeTime(n8n: N8nSession, items: number, step: Step): Promise<number> {
	const execution = await n8n.run(chain(step.name, numberedItems(items), [step]));
	const task = taskOf(execution, step.name);
	const answers = task.data?.main?.[0] ?? [];
	const right = answers.every(({ json }) => typeof json.name === 'string');
	if (answers.length !== items || !right) throw new Error(`${step.name}: not all items answered`);
	return task.executionTime;
}

const getInfo = (options: INodeParameters): INodeParameters => ({
	resource: 'app',
	operation: 'getInfo',
	options,
});

/**
 * Row 2: the same call by this package and by n8n's HTTP Request node, with the same credential.
 * The HTTP Request node sends all of its items at once and then waits for them; so does the Dify
 * node when Concurrency is as high as the number of items.
 */
export const overheadRow: Row = {
	number: 2,
	what: "`app.getInfo` against n8n's HTTP Request node, same n8n, same server, same credential",
	measure: async ({ n8n, simulators, quick }) => {
		const session = await n8n();
		const items = quick ? 200 : 1000;
		const dify = { type: 'n8n-nodes-chatflow.dify', credential: session.dify };
		const at = (name: string, options: INodeParameters): Step => ({
			...dify,
			name,
			parameters: getInfo(options),
		});
		const http: Step = {
			name: 'HTTP Request',
			type: 'n8n-nodes-base.httpRequest',
			typeVersion: 4.2,
			credential: session.dify,
			parameters: {
				url: `${simulators.dify.baseUrl}/info`,
				authentication: 'predefinedCredentialType',
				nodeCredentialType: 'difyApi',
				options: {},
			},
		};
		const spent = await inTurns(quick ? 3 : 7, {
			http: async () => await nodeTime(session, items, http),
			together: async () =>
				await nodeTime(session, items, at('Dify, all at once', { concurrency: items })),
			oneByOne: async () => await nodeTime(session, items, at('Dify, one by one', {})),
		});
		const perItem = (ms: number[]) => `${digits(median(ms) / items)} ms`;
		const ratio = (ms: number[]) => median(ms) / median(spent.http);
		return [
			atMost(1.1, {
				name: `${items} items, all at once in both nodes`,
				value: ratio(spent.together),
				show: times,
				details: [
					`per item: HTTP Request ${perItem(spent.http)}, Dify ${perItem(spent.together)}`,
					'the HTTP Request node always sends all items at once; Dify with Concurrency as high',
				],
			}),
			atMost(1.1, {
				name: `${items} items, the Dify node one at a time (its default)`,
				value: ratio(spent.oneByOne),
				show: times,
				details: [`per item: Dify ${perItem(spent.oneByOne)}`],
			}),
		];
	},
};
