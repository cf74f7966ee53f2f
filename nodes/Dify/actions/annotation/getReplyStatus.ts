import type { INodeProperties } from 'n8n-workflow';

import type { Operation } from '../../../shared/operation';
import { json } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { actionField } from './fields';
import { readJob } from './job';

const jobIdField: INodeProperties = {
	displayName: 'Job ID',
	name: 'jobId',
	type: 'string',
	default: '',
	placeholder: 'e.g. {{ $json.job_id }}',
	description: 'The job_id that Configure Reply returned',
	required: true,
};

/** GET /apps/annotation-reply/{action}/status/{job_id}. */
export const getReplyStatus: Operation = {
	name: 'Get Reply Status',
	action: 'Get annotation reply status',
	description: 'Get the status of a job that Configure Reply started',
	fields: [
		{
			...actionField,
			description:
				'The action that started the job. Dify does not find the job under the other one.',
		},
		jobIdField,
		optionsField(),
	],
	execute: async (item) => json(await readJob(item, item.id('action'), item.id('jobId'))),
};
