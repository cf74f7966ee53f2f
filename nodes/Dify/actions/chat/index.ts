import type { Resource } from '../../../shared/operation';
import { getSuggested } from './getSuggested';
import { send } from './send';
import { stop } from './stop';

export const chat: Resource = {
	name: 'Chat',
	defaultOperation: 'send',
	operations: { getSuggested, send, stop },
};
