import type { Resource } from '../../../shared/operation';
import { knowledgeService } from '../../transport/knowledge';
import { remove } from './delete';
import { get } from './get';
import { getAll } from './getAll';
import { setStatus } from './setStatus';
import { sync } from './sync';
import { upsert } from './upsert';
import { waitForIndexing } from './waitForIndexing';

export const document: Resource = {
	name: 'Document',
	defaultOperation: 'upsert',
	operations: { upsert, sync, get, getAll, delete: remove, setStatus, waitForIndexing },
	service: knowledgeService,
};
