import type { IDataObject } from 'n8n-workflow';

import { ChatflowError } from '../../../shared/errors';
import type { Item } from '../../../shared/item';
import { asText } from '../../../shared/values';
import { readDatasources } from '../../transport/wholeLists';

/** A data source of a pipeline: the node that documents enter by. */
export interface Datasource {
	nodeId: string;
	/** `local_file`, `online_document`, `website_crawl` or `online_drive`. */
	type: string;
}

/**
 * The data source with this ID. Dify takes a run of one that does not exist, and then it fails unseen.
 *
 * @throws ChatflowError if the pipeline has none.
 */
export async function pickedDatasource(item: Item, nodeId: string): Promise<Datasource> {
	const found = (await datasources(item)).find((datasource) => datasource.nodeId === nodeId);
	if (found) return found;
	throw new ChatflowError({
		message: 'The pipeline has no such data source',
		description: 'Choose Datasource from the list: it shows those of the published pipeline',
		details: { node_id: nodeId },
	});
}

/**
 * The data source that takes files.
 *
 * @throws ChatflowError if there is none, or more than one.
 */
export async function fileDatasource(item: Item): Promise<Datasource> {
	const found = (await datasources(item)).filter(({ type }) => type === 'local_file');
	const [first] = found;
	if (first && found.length === 1) return first;
	throw new ChatflowError({
		message: first
			? 'The pipeline has several data sources for files'
			: 'The pipeline has no data source for files',
		description: first
			? 'Choose one with the option File Datasource'
			: 'Add a File data source to the pipeline in Dify and publish it, or set Source to Datasource',
		details: { node_ids: found.map(({ nodeId }) => nodeId) },
	});
}

async function datasources(item: Item): Promise<Datasource[]> {
	const datasetId = item.id('datasetId');
	const read = async () => await readDatasources(item, datasetId);
	return (await item.once(`datasources ${datasetId}`, read)).map(datasourceOf);
}

function datasourceOf({ node_id, datasource_type }: IDataObject): Datasource {
	return { nodeId: asText(node_id) ?? '', type: asText(datasource_type) ?? '' };
}
