import type { Resource } from '../../../shared/operation';
import { knowledgeService } from '../../transport/knowledge';
import { create } from './create';
import { remove } from './delete';
import { getAll } from './getAll';
import { setBuiltIn } from './setBuiltIn';
import { update } from './update';

export const metadataField: Resource = {
	name: 'Metadata Field',
	defaultOperation: 'getAll',
	operations: { create, delete: remove, getAll, setBuiltIn, update },
	service: knowledgeService,
};
