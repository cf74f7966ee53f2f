import { TriggerHost } from '../../support/engine/poll';
import type { CybertronContext } from '../cybertronSuite';
import { itemWith, sampleFile } from '../samples';
import { assert, assertShape } from '../shapes';

const OPERATIONS = [
	'Offline File > Upload',
	'Offline File > Get Status',
	'Trigger: Offline File Status, activated and polled',
	'Offline File > Get Status, until the result',
] as const;

/** A file that a flow works on in the background. */
export async function offlineFiles({ session, robot, settings }: CybertronContext): Promise<void> {
	const { flowUuid, tenant } = settings;
	if (!flowUuid || !tenant) {
		session.notPossible('set CYBERTRON_FLOW_UUID and CYBERTRON_TENANT', ...OPERATIONS);
		return;
	}
	const uploaded = await session.check(OPERATIONS[0], async () => {
		const sample = sampleFile(['document']);
		assert(sample, 'there is no sample');
		const parameters = {
			flowUuid,
			tenantName: tenant,
			extraParams: 'content',
			parseModel: 'gpt-4o',
			parsePrompt: 'Read the text',
		};
		const items = [await itemWith(sample)];
		const item = await robot.one('offlineFile.upload', parameters, { items });
		assertShape(item, { file_id: ['string', 'number'] });
		return String(item.file_id);
	});
	await session.check(OPERATIONS[1], async () => {
		const item = await robot.one('offlineFile.getStatus', { fileId: uploaded.get() });
		assertShape(item, { file_id: ['string', 'number'], status: 'number' });
	});
	await session.check(OPERATIONS[2], async () => {
		const parameters = { event: 'offlineFileStatus', fileIds: uploaded.get() };
		const host = new TriggerHost({
			parameters: { ...parameters, emitOn: 'change', startFrom: 'all' },
			credentials: robot.credentials,
		});
		const { items, error } = await host.activate();
		if (error) throw error;
		assertShape(items?.[0], { event_id: 'string', status: 'number' }, 'the first event');
		const polled = await host.poll();
		if (polled.error) throw polled.error;
	});
	await session.check(OPERATIONS[3], async () => {
		const options = { maxWait: 100, pollInterval: 1 };
		const parameters = { fileId: uploaded.get(), waitForResult: true, options };
		assertShape(await robot.one('offlineFile.getStatus', parameters), { status: 'number' });
	});
}
