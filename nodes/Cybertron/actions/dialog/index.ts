import type { Resource } from '../../../shared/operation';
import { send } from './send';

export const dialog: Resource = {
	name: 'Dialog',
	defaultOperation: 'send',
	operations: { send },
};
