import { byId } from '../difyApp';
import { itemWith, sampleFile } from '../samples';
import { NotPossible } from '../session';
import { assert, assertShape } from '../shapes';
import type { KnowledgeContext } from './knowledge';

const OPERATIONS = [
	'Pipeline > Get Datasources',
	'Pipeline > Browse Datasource',
	'Pipeline > Run',
] as const;

/** The pipeline of a knowledge base that a variable names; nothing but people can make one. */
export async function pipelines({ context, node }: KnowledgeContext): Promise<void> {
	const { session, server, settings } = context;
	const { pipelineDatasetId, pipelineInputs: inputs } = settings;
	const why = !pipelineDatasetId
		? 'set DIFY_PIPELINE_DATASET_ID to a knowledge pipeline'
		: !server.mayBe('1.14') && 'needs Dify 1.14 or newer';
	if (why) return session.notPossible(why, ...OPERATIONS);
	const datasetId = byId(pipelineDatasetId);
	const sources = await session.check(OPERATIONS[0], async () => {
		const { json } = await node.run('pipeline.getDatasources', { datasetId });
		assertShape(json[0], { node_id: 'string', datasource_type: 'string' });
		return json;
	});
	await session.check(OPERATIONS[1], async () => {
		const source = sources.get().find(({ datasource_type: type }) => type === 'online_drive');
		if (!source) throw new NotPossible('the pipeline has no online drive');
		await node.run('pipeline.browseDatasource', { datasetId, nodeId: byId(source.node_id) });
	});
	await session.check(OPERATIONS[2], async () => {
		const file = sampleFile(['document']);
		assert(file, 'there is no document to send');
		const items = [await itemWith(file)];
		const item = await node.one('pipeline.run', { datasetId, inputs }, { items });
		assertShape(item, { batch: 'string', documents: 'array' });
		session.stays.push('a document in the knowledge pipeline');
	});
}
