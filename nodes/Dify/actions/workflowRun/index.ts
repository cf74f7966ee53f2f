import type { Resource } from '../../../shared/operation';
import { get } from './get';
import { getLogs } from './getLogs';

export const workflowRun: Resource = {
	name: 'Workflow Run',
	defaultOperation: 'get',
	operations: { get, getLogs },
};
