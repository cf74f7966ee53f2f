import type { INodeParameters } from 'n8n-workflow';

import { blocked } from '../support/blocked';
import { TriggerHost } from '../support/engine/poll';
import type { HostileServer } from '../support/hostileServer';
import { startHostileServer } from '../support/hostileServer';

/** A server whose lists have no end, or pages of any size: a poll has limits. */

let server: HostileServer;
beforeAll(async () => {
	server = await startHostileServer();
});
afterAll(async () => await server.close());

const EVENTS: INodeParameters[] = [
	{ event: 'workflowLog' },
	{ event: 'feedback' },
	{ event: 'conversationMessage', user: 'ann' },
	{ event: 'documentIndexed', datasetId: { __rl: true, mode: 'id', value: 'd' } },
];

function trigger(parameters: INodeParameters): TriggerHost {
	const difyApi = { baseUrl: server.origin, apiKey: 'app-hostile' };
	return new TriggerHost({
		parameters: { startFrom: 'all', ...parameters },
		credentials: { difyApi, difyKnowledgeApi: difyApi },
	});
}

let id = 0;
/** A page of new records; each has what the lists of Dify have. */
const page = (count: number) => {
	const now = Math.floor(Date.now() / 1_000);
	const data = Array.from({ length: count }, (_, i) => {
		const at = now - i;
		id += 1;
		const run = { id: `r${id}`, status: 'succeeded' };
		return {
			id: `x${id}`,
			created_at: at,
			updated_at: at,
			answer: 'A',
			rating: 'like',
			indexing_status: 'completed',
			workflow_run: run,
		};
	});
	return JSON.stringify({ data, has_more: true, total: 1e9, page: 1, limit: 100 });
};

async function poll(parameters: INodeParameters) {
	const host = trigger(parameters);
	const texts: string[] = [];
	for (let polls = 0; polls < 2; polls++) {
		server.requests.length = 0;
		try {
			const { error } = polls === 0 ? await host.activate() : await host.poll();
			texts.push(error?.message ?? '');
		} catch (error) {
			texts.push((error as Error).message);
		}
		if (polls === 0) expect(server.requests.length).toBeGreaterThan(0);
		expect(server.requests.length).toBeLessThanOrEqual(100);
	}
	return texts.join('\n');
}

describe.each(EVENTS)('$event', (parameters) => {
	it('of a list without end takes no more than a hundred requests', async () => {
		const body = () => page(100);
		server.answer((_request, response) => {
			response.writeHead(200, { 'content-type': 'application/json' }).end(body());
		});
		const { blockedMs } = await blocked(async () => await poll(parameters));
		expect(blockedMs).toBeLessThan(2_000);
	}, 90_000);

	it('of pages with 200,000 records fails in words, if at all', async () => {
		const body = page(200_000);
		server.answer((_request, response) => {
			response.writeHead(200, { 'content-type': 'application/json' }).end(body);
		});
		expect(await poll(parameters)).not.toMatch(/call stack|is not|undefined|Cannot/);
	}, 90_000);
});
