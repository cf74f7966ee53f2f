import type { Resource } from '../../../shared/operation';
import { knowledgeService } from '../../transport/knowledge';
import { create } from './create';
import { remove } from './delete';
import { get } from './get';
import { getAll } from './getAll';
import { retrieve } from './retrieve';
import { update } from './update';

export const knowledgeBase: Resource = {
	name: 'Knowledge Base',
	defaultOperation: 'retrieve',
	operations: { create, delete: remove, get, getAll, retrieve, update },
	service: knowledgeService,
};
