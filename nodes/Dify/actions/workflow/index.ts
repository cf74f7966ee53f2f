import type { Resource } from '../../../shared/operation';
import { stop } from './stop';

export const workflow: Resource = {
	name: 'Workflow',
	defaultOperation: 'stop',
	operations: { stop },
};
