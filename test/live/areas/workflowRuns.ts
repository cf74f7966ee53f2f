import type { IDataObject } from 'n8n-workflow';

import { DifyApp } from '../difyApp';
import type { DifyContext } from '../difySuite';
import { inputsFor } from '../samples';
import { assert, assertSame, assertShape } from '../shapes';
import { stopsWorkflow } from './stop';
import { runs, WORKFLOW_RUN } from './workflowApp';

const UNKNOWN = '11111111-2222-4333-8444-555555555555';

/** The run behind the first answer, and the log of a Workflow app. */
export async function workflowRuns(context: DifyContext): Promise<void> {
	const { session, main, answered } = context;
	await session.check('Workflow Run > Get', async () => {
		const workflowRunId = String(answered.get().item.workflow_run_id);
		const item = await main.one('workflowRun.get', { workflowRunId });
		assertShape(item, { inputs: 'object', outputs: 'any', total_steps: 'number' });
		assertSame([item.id, item.status], [workflowRunId, 'succeeded'], 'ID and status');
	});
	await session.check('Workflow Run > Get, unknown: says so', async () => {
		await main.error('workflowRun.get', { workflowRunId: UNKNOWN });
	});
	await session.check('Workflow Run > Get Logs, of a Chatflow app', async () => {
		const { json } = await main.run('workflowRun.getLogs', { limit: 5 });
		for (const [at, log] of json.entries()) {
			assertShape(log, { id: 'string', workflow_run: 'object' }, `item ${at}`);
		}
	});
	await logs(context);
}

async function logs(context: DifyContext): Promise<void> {
	const { session, server, settings } = context;
	const { workflowKey } = settings;
	if (!workflowKey) {
		session.notPossible(
			'set DIFY_WORKFLOW_API_KEY to a Workflow app',
			'Workflow Run > Get Logs',
			'Trigger: Workflow Log, activated',
			'Trigger: Workflow Log, polled',
			'Workflow > Stop',
			WORKFLOW_RUN,
		);
		return;
	}
	const app = new DifyApp(session, server, workflowKey);
	const trigger = app.trigger({ event: 'workflowLog' });
	const activated = await session.check('Trigger: Workflow Log, activated', async () => {
		await trigger.activate();
	});
	const ran = await session.check('Workflow Run > Get Logs', async () => {
		const { user_input_form: form } = await app.parameters();
		const inputs = await inputsFor(form);
		const body = { inputs, user: app.user, response_mode: 'blocking' };
		const run = await app.json('POST', '/workflows/run', body);
		const id = run.workflow_run_id;
		session.stays.push('the runs in the log of the Workflow app');
		const options = { createdByEndUserSessionId: app.user };
		const { json } = await app.run('workflowRun.getLogs', { returnAll: true, options });
		const runs = json.map((log) => (log.workflow_run as IDataObject).id);
		assertSame(runs, [id], 'the runs of the user');
		const detail = await app.one('workflowRun.get', { workflowRunId: String(id) });
		assertSame(detail.id, id, 'the ID of the run');
		return String(id);
	});
	await session.check('Trigger: Workflow Log, polled', async () => {
		activated.get();
		const id = ran.get();
		const { items, error } = await trigger.poll();
		if (error) throw error;
		const runs = (items ?? []).map((item) => (item.workflow_run as IDataObject).id);
		assert(runs.includes(id), `the run is not among ${runs.length} items`);
	});
	await session.check('Workflow > Stop', async () => {
		const { user_input_form: form } = await app.parameters();
		const given = JSON.parse(settings.longInputs) as object;
		await stopsWorkflow(app, { ...(await inputsFor(form)), ...given });
	});
	await runs(context, app);
}
