import type { IDataObject, INodeParameters } from 'n8n-workflow';

import type { CybertronContext } from '../cybertronSuite';
import { assert, assertSame, assertShape } from '../shapes';
import { CYBERTRON_ANSWER, CYBERTRON_NODE, CYBERTRON_ROUND } from '../shapes';

/** A flow in all output modes: the one that is named, or the one that the robot chooses. */
export async function chatflows({ session, robot, settings }: CybertronContext): Promise<void> {
	const { question, flowUuid } = settings;
	const auto: INodeParameters = { question, trigger: 'auto' };
	const named: INodeParameters = flowUuid ? { question, trigger: 'direct', flowUuid } : auto;
	const run = async (outputMode: string, parameters = named) =>
		(await robot.run('chatflow.run', { outputMode, ...parameters })).json;
	await session.check('Chatflow > Run, Aggregated, Auto', async () => {
		const [item] = await run('aggregated', auto);
		assertShape(item, CYBERTRON_ANSWER);
		assert(item?.answer !== '', 'the answer is empty');
	});
	if (flowUuid) {
		await session.check('Chatflow > Run, Aggregated, Direct', async () => {
			const [item] = await run('aggregated');
			assertShape(item, CYBERTRON_ANSWER);
			assertSame(item?.flow_uuid, flowUuid, 'flow_uuid');
		});
	} else {
		session.notPossible('set CYBERTRON_FLOW_UUID', 'Chatflow > Run, Aggregated, Direct');
	}
	await session.check('Chatflow > Run, Per Node', async () => {
		const items = await run('perNode');
		// A robot that answers by itself runs no node.
		assert(items.length > 0 || !flowUuid, 'no item');
		for (const [at, item] of items.entries()) assertShape(item, CYBERTRON_NODE, `item ${at}`);
	});
	await session.check('Chatflow > Run, Events', async () => {
		const items = await run('events');
		assert(items.length > 0, 'no item');
		for (const [at, item] of items.entries()) {
			assertShape(item, { code: 'any', type: 'any' }, `item ${at}`);
		}
	});
	await session.check('Chatflow > Run, follow-up message', async () => {
		const options = { followUps: [question] };
		const [item] = await run('aggregated', { ...named, options });
		assertShape(item, CYBERTRON_ANSWER);
		const rounds = item?.rounds as IDataObject[];
		assertSame(rounds.length, 2, 'the number of rounds');
		for (const [at, round] of rounds.entries()) {
			assertShape(round, CYBERTRON_ROUND, `round ${at}`);
		}
	});
}
