import type { IDataObject, INodeProperties, IPollFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { asText } from '../../../shared/objects';
import { startFields } from '../../start';

export const fields: INodeProperties[] = [
	{
		displayName: 'User',
		name: 'user',
		type: 'string',
		default: '',
		placeholder: 'e.g. customer-42',
		description:
			'Whose messages to wait for: the User that the chats are held with. Dify shows conversations to their own user only.',
		required: true,
	},
	...startFields,
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		options: [
			{
				displayName: 'Conversation ID',
				name: 'conversationId',
				type: 'string',
				default: '',
				placeholder: 'e.g. 45701982-8118-4bc5-8e9b-64562b4555f2',
				description: 'Only messages of this conversation',
			},
		],
	},
];

export interface MessageFilters {
	user: string;
	conversationId?: string;
}

/** @throws NodeOperationError when no user is given. */
export function filtersOf(context: IPollFunctions): MessageFilters {
	const user = asText(context.getNodeParameter('user', ''));
	if (user === undefined || user.trim() === '') {
		throw new NodeOperationError(context.getNode(), 'User is empty', {
			description: 'Fill in the User that the chats are held with',
		});
	}
	const filters = context.getNodeParameter('filters', {}) as IDataObject;
	return { user, conversationId: asText(asText(filters.conversationId)?.trim()) };
}
