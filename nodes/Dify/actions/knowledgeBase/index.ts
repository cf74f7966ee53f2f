import type { Resource } from '../../../shared/operation';
import { knowledgeService } from '../../transport/knowledge';
import { getAll } from './getAll';

export const knowledgeBase: Resource = {
	name: 'Knowledge Base',
	defaultOperation: 'getAll',
	operations: { getAll },
	service: knowledgeService,
};
