import type { Resource } from '../../../shared/operation';
import { getForm } from './getForm';
import { resume } from './resume';
import { submitForm } from './submitForm';

/** Needs Dify 1.14 or later. */
export const humanInput: Resource = {
	name: 'Human Input',
	defaultOperation: 'getForm',
	operations: { getForm, resume, submitForm },
};
