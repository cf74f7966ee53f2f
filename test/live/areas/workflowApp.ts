import type { INodeParameters } from 'n8n-workflow';

import type { DifyApp } from '../difyApp';
import type { DifyContext } from '../difySuite';
import { inputsFor } from '../samples';
import { assert, assertSame, assertShape } from '../shapes';

const RUN = {
	task_id: 'any',
	workflow_run_id: 'string',
	status: 'string',
	outputs: 'object',
	text: 'string',
	files: 'array',
	elapsed_time: 'number',
	created_at: 'number',
	finished_at: 'number',
	nodes: 'array',
} as const;

/** Checks of the area below, for when there is no Workflow app. */
export const WORKFLOW_RUN = 'Workflow > Run';

/** Workflow > Run in all its modes. */
export async function runs({ session, main }: DifyContext, app: DifyApp): Promise<void> {
	const given = async (more: INodeParameters = {}): Promise<INodeParameters> => {
		const inputs = await inputsFor((await app.parameters()).user_input_form);
		return { user: app.user, inputs: JSON.stringify(inputs), ...more };
	};
	const ran = await session.check(WORKFLOW_RUN, async () => {
		const item = await app.one('workflow.run', await given());
		assertShape(item, RUN);
		assertSame(item.status, 'succeeded', 'status');
		return item;
	});
	await session.check(`${WORKFLOW_RUN}, blocking`, async () => {
		const options = { responseMode: 'blocking' };
		const item = await app.one('workflow.run', await given({ options }));
		assertShape(item, RUN);
		assertSame(Object.keys(item), Object.keys(ran.get()), 'the fields');
	});
	await session.check(`${WORKFLOW_RUN}, an item per node`, async () => {
		const { json } = await app.run('workflow.run', await given({ outputMode: 'perNode' }));
		assert(json.length >= 2, `there are ${json.length} nodes`);
		for (const item of json) assertShape(item, { node_id: 'string', workflow_run_id: 'string' });
	});
	await session.check(`${WORKFLOW_RUN}, outputs only`, async () => {
		const options = { outputsOnly: true };
		const item = await app.one('workflow.run', await given({ options }));
		assertSame(Object.keys(item), Object.keys(ran.get().outputs as object), 'the outputs');
	});
	await session.check(`${WORKFLOW_RUN}, a version that nobody knows: says so`, async () => {
		const options = { workflowId: '11111111-2222-4333-8444-555555555555' };
		const { message } = await app.error('workflow.run', await given({ options }));
		assert(message.includes('version'), `the error is: ${message}`);
	});
	await session.check(`${WORKFLOW_RUN}, with the key of a Chatflow: says so`, async () => {
		const { message } = await main.error('workflow.run', { user: main.user, inputs: '{}' });
		assert(message.includes('Workflow'), `the error is: ${message}`);
	});
	await session.check('Workflow Run > Get, waiting for the result', async () => {
		const workflowRunId = String(ran.get().workflow_run_id);
		const item = await app.one('workflowRun.get', { workflowRunId, waitForResult: true });
		assertSame([item.id, item.status], [workflowRunId, 'succeeded'], 'ID and status');
	});
}
