import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { difyPath } from '../../transport/request';
import { callDify } from '../call';
import { conversationField, pickedId, pickedIdOrNone } from '../locators';
import { optionsField, optionsOf, userField } from '../options';
import { requiredText } from '../parameters';

const nameField: INodeProperties = {
	displayName: 'Name',
	name: 'name',
	type: 'string',
	default: '',
	placeholder: 'e.g. Question about an order',
	description: 'The new name; needed unless Auto Generate is on',
	displayOptions: { hide: { '/options.autoGenerate': [true] } },
};

const autoGenerateOption: INodeProperties = {
	displayName: 'Auto Generate',
	name: 'autoGenerate',
	type: 'boolean',
	default: true,
	description: 'Whether Dify makes a name of what was said, instead of Name',
};

export const description = updateDisplayOptions(
	{ show: { resource: ['conversation'], operation: ['rename'] } },
	[userField, conversationField, nameField, optionsField(autoGenerateOption)],
);

/** Gives a conversation another name (POST /conversations/{conversation_id}/name). */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const conversationId = pickedId(context, itemIndex, conversationField);
	const json = await callDify(context, itemIndex, {
		method: 'POST',
		path: difyPath`/conversations/${conversationId}/name`,
		body: {
			...newName(context, itemIndex),
			user: requiredText(context, itemIndex, userField),
		},
	});
	return [{ json }];
}

function newName(context: IExecuteFunctions, itemIndex: number): IDataObject {
	if (optionsOf(context, itemIndex).autoGenerate === true) return { auto_generate: true };
	return { name: requiredText(context, itemIndex, nameField), auto_generate: false };
}

/** Changes of one conversation keep their order. */
export function exclusiveKey(context: IExecuteFunctions, itemIndex: number): string | undefined {
	return pickedIdOrNone(context, itemIndex, conversationField);
}
