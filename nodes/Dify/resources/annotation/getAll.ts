import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { limitField, returnAllField } from '../../../shared/descriptions';
import { asText, defined } from '../../../shared/objects';
import { LIST_RULES } from '../../transport/paging';
import { readList } from '../list';
import { optionsField, optionsOf } from '../options';

const keywordOption: INodeProperties = {
	displayName: 'Keyword',
	name: 'keyword',
	type: 'string',
	default: '',
	placeholder: 'e.g. refund',
	description: 'Only annotations whose question or answer contains this text',
};

export const description = updateDisplayOptions(
	{ show: { resource: ['annotation'], operation: ['getAll'] } },
	[returnAllField, limitField, optionsField(keywordOption)],
);

/** The annotations of the app, newest first (GET /apps/annotations). */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const annotations = await readList(context, itemIndex, {
		path: '/apps/annotations',
		rule: LIST_RULES.annotations,
		query: defined({ keyword: asText(optionsOf(context, itemIndex).keyword) }),
	});
	return annotations.map((json) => ({ json }));
}
