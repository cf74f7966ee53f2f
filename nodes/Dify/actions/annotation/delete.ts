import { path } from '../../../shared/client';
import type { Operation } from '../../../shared/operation';
import { json } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { dify } from '../../transport/dify';
import { annotationField } from '../pickers';

/** DELETE /apps/annotations/{annotation_id}, which responds with 204. */
export const remove: Operation = {
	name: 'Delete',
	action: 'Delete annotation',
	description: 'Delete an annotation with its hit history',
	fields: [annotationField, optionsField()],
	execute: async (item) => {
		await dify(item).delete(path`/apps/annotations/${item.id('annotationId')}`);
		return json({ deleted: true });
	},
};
