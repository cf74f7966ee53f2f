import type { Resource } from '../../../shared/operation';
import { knowledgeService } from '../../transport/knowledge';
import { addToKnowledgeBase } from './addToKnowledgeBase';
import { create } from './create';
import { remove } from './delete';
import { getAll } from './getAll';
import { removeFromKnowledgeBase } from './removeFromKnowledgeBase';
import { update } from './update';

export const tag: Resource = {
	name: 'Tag',
	defaultOperation: 'getAll',
	operations: {
		addToKnowledgeBase,
		create,
		delete: remove,
		getAll,
		removeFromKnowledgeBase,
		update,
	},
	service: knowledgeService,
};
