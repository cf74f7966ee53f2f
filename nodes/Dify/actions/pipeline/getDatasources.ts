import type { Operation } from '../../../shared/operation';
import { jsonList } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { readDatasources } from '../../transport/wholeLists';
import { datasetField } from '../pickers';

/** GET /datasets/{dataset_id}/pipeline/datasource-plugins, of the published pipeline. */
export const getDatasources: Operation = {
	name: 'Get Datasources',
	action: 'Get pipeline datasources',
	description: 'Get the data sources of the pipeline of a knowledge base, with their input fields',
	fields: [datasetField, optionsField()],
	execute: async (item) => jsonList(await readDatasources(item, item.id('datasetId'))),
};
