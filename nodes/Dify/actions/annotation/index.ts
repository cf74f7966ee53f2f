import type { Resource } from '../../../shared/operation';
import { configureReply } from './configureReply';
import { create } from './create';
import { remove } from './delete';
import { getAll } from './getAll';
import { getReplyStatus } from './getReplyStatus';
import { update } from './update';

export const annotation: Resource = {
	name: 'Annotation',
	defaultOperation: 'getAll',
	operations: { configureReply, create, delete: remove, getAll, getReplyStatus, update },
};
