import type { Resource } from '../../../shared/operation';
import { getInfo } from './getInfo';
import { getMeta } from './getMeta';
import { getParameters } from './getParameters';
import { getSite } from './getSite';

export const app: Resource = {
	name: 'App',
	defaultOperation: 'getInfo',
	operations: { getInfo, getMeta, getParameters, getSite },
};
