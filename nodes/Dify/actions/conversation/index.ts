import type { Resource } from '../../../shared/operation';
import { remove } from './delete';
import { getAll } from './getAll';
import { getMessages } from './getMessages';
import { getVariables } from './getVariables';
import { rename } from './rename';
import { updateVariable } from './updateVariable';

export const conversation: Resource = {
	name: 'Conversation',
	defaultOperation: 'getAll',
	operations: { delete: remove, getAll, getMessages, getVariables, rename, updateVariable },
};
