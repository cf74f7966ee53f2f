import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { difyPath } from '../../transport/request';
import { callDify } from '../call';
import { annotationField, pickedId } from '../locators';
import { optionsField } from '../options';

export const description = updateDisplayOptions(
	{ show: { resource: ['annotation'], operation: ['delete'] } },
	[annotationField, optionsField()],
);

/** Deletes an annotation with its hit history (DELETE /apps/annotations/{annotation_id}, 204). */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const annotationId = pickedId(context, itemIndex, annotationField);
	await callDify(context, itemIndex, {
		method: 'DELETE',
		path: difyPath`/apps/annotations/${annotationId}`,
	});
	return [{ json: { deleted: true } }];
}
