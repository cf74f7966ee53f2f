import type { Resource } from '../../../shared/operation';
import { knowledgeService } from '../../transport/knowledge';
import { remove } from './delete';
import { download } from './download';
import { get } from './get';
import { getAll } from './getAll';
import { setMetadata } from './setMetadata';
import { setStatus } from './setStatus';
import { sync } from './sync';
import { upsert } from './upsert';
import { waitForIndexing } from './waitForIndexing';

export const document: Resource = {
	name: 'Document',
	defaultOperation: 'upsert',
	operations: {
		upsert,
		sync,
		get,
		getAll,
		delete: remove,
		download,
		setStatus,
		setMetadata,
		waitForIndexing,
	},
	service: knowledgeService,
};
