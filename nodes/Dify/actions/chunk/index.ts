import type { Resource } from '../../../shared/operation';
import { knowledgeService } from '../../transport/knowledge';
import { create } from './create';
import { remove } from './delete';
import { get } from './get';
import { getAll } from './getAll';
import { update } from './update';

export const chunk: Resource = {
	name: 'Chunk',
	defaultOperation: 'getAll',
	operations: { create, delete: remove, get, getAll, update },
	service: knowledgeService,
};
