import type { Resource } from '../../../shared/operation';
import { getAll } from './getAll';
import { submit } from './submit';

export const feedback: Resource = {
	name: 'Feedback',
	defaultOperation: 'getAll',
	operations: { getAll, submit },
};
