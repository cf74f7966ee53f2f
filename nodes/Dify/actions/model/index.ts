import type { Resource } from '../../../shared/operation';
import { knowledgeService } from '../../transport/knowledge';
import { getAll } from './getAll';

export const model: Resource = {
	name: 'Model',
	defaultOperation: 'getAll',
	operations: { getAll },
	service: knowledgeService,
};
