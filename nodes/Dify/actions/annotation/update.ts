import { path } from '../../../shared/client';
import type { Operation } from '../../../shared/operation';
import { json } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { dify } from '../../transport/dify';
import { annotationField } from '../pickers';
import { pairFields, pairOf } from './fields';

/** PUT /apps/annotations/{annotation_id}. */
export const update: Operation = {
	name: 'Update',
	action: 'Update annotation',
	description: 'Replace the question and answer of an annotation',
	fields: [annotationField, ...pairFields, optionsField()],
	execute: async (item) => {
		const annotationId = item.id('annotationId');
		return json(await dify(item).put(path`/apps/annotations/${annotationId}`, pairOf(item)));
	},
};
