import type { Resource } from '../../../shared/operation';
import { knowledgeService } from '../../transport/knowledge';
import { browseDatasource } from './browseDatasource';
import { getDatasources } from './getDatasources';
import { run } from './run';

export const pipeline: Resource = {
	name: 'Pipeline',
	defaultOperation: 'run',
	operations: { browseDatasource, getDatasources, run },
	service: knowledgeService,
};
