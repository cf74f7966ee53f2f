import type { Operation } from '../../../shared/operation';
import { json } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { readBase } from '../../transport/knowledgeBase';
import { datasetField } from '../pickers';

/** GET /datasets/{dataset_id}. */
export const get: Operation = {
	name: 'Get',
	action: 'Get knowledge base',
	description: 'Get the settings and the size of a knowledge base',
	fields: [datasetField, optionsField()],
	execute: async (item) => json(await readBase(item, item.id('datasetId'))),
};
