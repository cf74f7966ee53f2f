import type { INodeProperties } from 'n8n-workflow';

import * as getForm from './getForm';
import * as resume from './resume';
import * as submitForm from './submitForm';

export const operations = { getForm, resume, submitForm };

/** Beyond the specification; needs Dify 1.14 or newer (facts 3.7). */
export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['humanInput'] } },
		options: [
			{
				name: 'Get Form',
				value: 'getForm',
				description: 'Get the form that a paused run waits for',
				action: 'Get human input form',
			},
			{
				name: 'Resume',
				value: 'resume',
				description: 'Watch a run go on after its form was submitted, and get its answer',
				action: 'Resume paused run',
			},
			{
				name: 'Submit Form',
				value: 'submitForm',
				description: 'Fill a form in for the human who is asked',
				action: 'Submit human input form',
			},
		],
		default: 'getForm',
	},
	...getForm.description,
	...resume.description,
	...submitForm.description,
];
