import type { IDataObject } from 'n8n-workflow';

import { byId } from '../difyApp';
import type { DifyContext } from '../difySuite';
import { itemWith, sampleFile } from '../samples';
import { NotPossible } from '../session';
import { assert, assertShape } from '../shapes';

const OPERATIONS = [
	'Pipeline > Get Datasources',
	'Pipeline > Run',
	'Pipeline > Browse Datasource',
] as const;

/** Runs the pipeline of a knowledge base that is there already, and deletes what it made. */
export async function pipelines({
	session,
	server,
	knowledge,
	settings,
}: DifyContext): Promise<void> {
	if (!knowledge) return;
	const { pipelineDatasetId, pipelineInputs: inputs } = settings;
	const why = !pipelineDatasetId
		? 'set DIFY_PIPELINE_DATASET_ID to a knowledge base with a published pipeline'
		: !server.mayBe('1.14') && 'needs Dify 1.14 or newer';
	if (why) return session.notPossible(why, ...OPERATIONS);
	const datasetId = byId(pipelineDatasetId);
	const sources = await session.check(OPERATIONS[0], async () => {
		const { json } = await knowledge.run('pipeline.getDatasources', { datasetId });
		for (const [at, source] of json.entries()) {
			assertShape(source, { node_id: 'string', datasource_type: 'string' }, `item ${at}`);
		}
		return json;
	});
	await session.check(OPERATIONS[1], async () => {
		const file = sources.get().find(({ datasource_type }) => datasource_type === 'local_file');
		if (!file) throw new NotPossible('the pipeline has no data source for files');
		const sample = sampleFile(['document']);
		assert(sample, 'there is no sample');
		const parameters = { datasetId, source: 'file', binaryPropertyName: 'data', inputs };
		const options = { nodeId: byId(file.node_id) };
		const items = [await itemWith(sample)];
		const item = await knowledge.one('pipeline.run', { ...parameters, options }, { items });
		assertShape(item, { batch: 'string', documents: 'array', dataset: 'object' });
		session.onEnd(async () => {
			for (const { id } of item.documents as IDataObject[]) {
				await knowledge.one('document.delete', { datasetId, documentId: byId(id) });
			}
			session.removed.push('the document that the pipeline made');
		});
		const batch = { datasetId, waitFor: 'batch', batch: String(item.batch) };
		await knowledge.run('document.waitForIndexing', batch);
	});
	await session.check(OPERATIONS[2], async () => {
		const online = sources.get().find(({ datasource_type }) => datasource_type !== 'local_file');
		if (!online) throw new NotPossible('the pipeline has no data source that can be browsed');
		const parameters = { datasetId, nodeId: byId(online.node_id), inputs: '{}' };
		await knowledge.run('pipeline.browseDatasource', parameters);
	});
}
