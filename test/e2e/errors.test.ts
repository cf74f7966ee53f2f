import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { INode } from 'n8n-workflow';
import type { N8nClient } from '../support/n8n/client';
import { saveCredential, type SavedCredential } from '../support/n8n/credentials';
import {
	failureOf,
	itemsOf,
	jsonOf,
	stopExecution,
	waitForExecution,
	type Execution,
} from '../support/n8n/executions';
import { waitFor } from '../support/n8n/wait';
import { runWorkflow, saveWorkflow } from '../support/n8n/workflows';
import { openN8n, sharedLog } from './support/n8n';
import { services, type Service } from './support/services';
import { ASK, askWorkflow } from './support/workflow';

describe.each(['dify', 'cybertron'] as const)('%s in a real n8n', (name) => {
	let client: N8nClient;
	let service: Service;
	let right: SavedCredential;

	beforeAll(async () => {
		client = await openN8n();
		service = await services[name]();
		right = await saveCredential(client, service.credential);
	});
	afterAll(async () => await service.close());

	const start = async (
		questions: string[],
		{
			onError,
			credential = right,
		}: { onError?: INode['onError']; credential?: SavedCredential } = {},
	): Promise<string> => {
		const parameters = service.ask;
		const content = askWorkflow(`${name}: ${questions.join(' / ')}`, {
			node: name,
			credential,
			parameters,
			questions,
			onError,
		});
		return await runWorkflow(client, await saveWorkflow(client, content));
	};
	const run = async (...args: Parameters<typeof start>): Promise<Execution> =>
		await waitForExecution(client, await start(...args));

	it('answers every item and pairs it with its input', async () => {
		const execution = await run([service.good, `${service.good} again`]);
		expect(execution.status).toBe('success');
		expect(itemsOf(execution, ASK).map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
		]);
		for (const { answer } of jsonOf(execution, ASK)) expect(answer).toContain(service.good);
	});

	it('fails the workflow with a message, and tells which item it was', async () => {
		const execution = await run([service.good, service.bad]);
		expect(execution.status).toBe('error');
		const { error } = execution.data.resultData;
		expect(failureOf(execution)).toMatchObject({
			node: ASK,
			message: expect.any(String) as string,
		});
		expect(error?.message).not.toBe('');
		expect(error).toMatchObject({ context: { itemIndex: 1 } });
	});

	it('goes on with an error item under "Continue (using regular output)"', async () => {
		const execution = await run([service.bad, service.good], { onError: 'continueRegularOutput' });
		expect(execution.status).toBe('success');
		const [failed, answered] = itemsOf(execution, ASK);
		expect(failed).toMatchObject({ json: { error: expect.any(String) as string } });
		expect(failed?.pairedItem).toEqual({ item: 0 });
		expect(answered?.json.answer).toContain(service.good);
	});

	it('sends failed items to the second output under "Continue (using error output)"', async () => {
		const execution = await run([service.bad, service.good], { onError: 'continueErrorOutput' });
		expect(execution.status).toBe('success');
		expect(jsonOf(execution, ASK, 0).map(({ answer }) => answer)).toEqual([
			expect.stringContaining(service.good),
		]);
		expect(jsonOf(execution, ASK, 1)).toEqual([
			expect.objectContaining({ error: expect.any(String) as string }),
		]);
	});

	it('ends at once and closes its connection when the execution is stopped', async () => {
		// A server of its own: n8n keeps idle connections of earlier requests open.
		const own = await services[name]();
		try {
			const content = { ...own.credential, name: `${name} that is stopped` };
			const credential = await saveCredential(client, content);
			const id = await start([own.endless], { credential });
			await waitFor(async () => (own.openConnections() > 0 ? true : undefined), {
				what: 'The connection',
				limitMs: 10_000,
			});
			await delay(500);
			await stopExecution(client, id);
			const execution = await waitForExecution(client, id, { limitMs: 5_000 });
			expect(execution.status).toBe('canceled');
			await waitFor(async () => (own.openConnections() === 0 ? true : undefined), {
				what: 'The end of the connection',
				limitMs: 5_000,
			});
		} finally {
			await own.close();
		}
	});

	it('shows neither key nor token when the key is wrong, nor in the log of n8n', async () => {
		const wrong = { ...service.credential, name: `${name} with a wrong key`, data: service.wrong };
		const credential = await saveCredential(client, wrong);
		const execution = await run([service.good], { credential });
		expect(execution.status).toBe('error');
		const everything = execution.stored + readFileSync(sharedLog(), 'utf8');
		for (const secret of service.secrets) expect(everything).not.toContain(secret);
	});
});
