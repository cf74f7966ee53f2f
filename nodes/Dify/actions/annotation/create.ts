import type { Operation } from '../../../shared/operation';
import { json } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { dify } from '../../transport/dify';
import { pairFields, pairOf } from './fields';

/** POST /apps/annotations. */
export const create: Operation = {
	name: 'Create',
	action: 'Create annotation',
	description: 'Add a question with its fixed answer',
	fields: [...pairFields, optionsField()],
	execute: async (item) => json(await dify(item).post('/apps/annotations', pairOf(item))),
};
