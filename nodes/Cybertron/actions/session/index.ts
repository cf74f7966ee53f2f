import type { Resource } from '../../../shared/operation';
import { create } from './create';
import { getAll } from './getAll';
import { getMessages } from './getMessages';

export const session: Resource = {
	name: 'Session',
	defaultOperation: 'getAll',
	operations: { create, getAll, getMessages },
};
