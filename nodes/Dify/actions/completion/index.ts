import type { Resource } from '../../../shared/operation';
import { generate } from './generate';
import { stop } from './stop';

export const completion: Resource = {
	name: 'Completion',
	defaultOperation: 'generate',
	operations: { generate, stop },
};
