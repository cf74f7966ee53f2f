import type { Resource } from '../../../shared/operation';
import { run } from './run';
import { stop } from './stop';

export const workflow: Resource = {
	name: 'Workflow',
	defaultOperation: 'run',
	operations: { run, stop },
};
