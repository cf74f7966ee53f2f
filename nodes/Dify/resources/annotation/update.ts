import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { difyPath } from '../../transport/request';
import { callDify } from '../call';
import { annotationField, pickedId } from '../locators';
import { optionsField } from '../options';
import { pairFields, pairOf } from './fields';

export const description = updateDisplayOptions(
	{ show: { resource: ['annotation'], operation: ['update'] } },
	[annotationField, ...pairFields, optionsField()],
);

/** Replaces question and answer (PUT /apps/annotations/{annotation_id}). */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const annotationId = pickedId(context, itemIndex, annotationField);
	const json = await callDify(context, itemIndex, {
		method: 'PUT',
		path: difyPath`/apps/annotations/${annotationId}`,
		body: pairOf(context, itemIndex),
	});
	return [{ json }];
}
