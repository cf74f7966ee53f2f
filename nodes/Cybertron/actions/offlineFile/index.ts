import type { Resource } from '../../../shared/operation';
import { getStatus } from './getStatus';
import { upload } from './upload';

export const offlineFile: Resource = {
	name: 'Offline File',
	defaultOperation: 'upload',
	operations: { getStatus, upload },
};
