import type { Resource } from '../../../shared/operation';
import { run } from './run';
import { startUpload } from './startUpload';
import { submitUpload } from './submitUpload';

export const chatflow: Resource = {
	name: 'Chatflow',
	defaultOperation: 'run',
	operations: { run, startUpload, submitUpload },
};
