import type { Resource } from '../../../shared/operation';
import { get } from './get';

export const endUser: Resource = {
	name: 'End User',
	defaultOperation: 'get',
	operations: { get },
};
