import type { Resource } from '../../../shared/operation';
import { download } from './download';
import { upload } from './upload';

export const file: Resource = {
	name: 'File',
	defaultOperation: 'upload',
	operations: { download, upload },
};
