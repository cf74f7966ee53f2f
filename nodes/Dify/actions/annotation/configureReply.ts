import type { INodeProperties } from 'n8n-workflow';

import { path } from '../../../shared/client';
import type { Item } from '../../../shared/item';
import type { Operation } from '../../../shared/operation';
import { json, jsonObject } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { asObject } from '../../../shared/values';
import { dify } from '../../transport/dify';
import { actionField } from './fields';
import { waitForJob } from './job';

const DEFAULT_MAX_WAIT_SECONDS = 300;

const thresholdField: INodeProperties = {
	displayName: 'Score Threshold',
	name: 'scoreThreshold',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 1, numberPrecision: 2 },
	default: 0.9,
	description:
		'How similar a question must be to that of an annotation, from 0 to 1. Dify requires it to disable the reply as well.',
	required: true,
};

const providerField: INodeProperties = {
	displayName: 'Embedding Provider Name',
	name: 'embeddingProviderName',
	type: 'string',
	default: '',
	placeholder: 'e.g. langgenius/openai/openai',
	description:
		'The provider of the embedding model. On servers with plugins it has the form author/plugin/provider, on others it is a plain name such as openai. Dify requires it to disable the reply as well.',
	required: true,
};

const modelField: INodeProperties = {
	displayName: 'Embedding Model Name',
	name: 'embeddingModelName',
	type: 'string',
	default: '',
	placeholder: 'e.g. text-embedding-3-small',
	description:
		'The embedding model that compares questions. Dify requires it to disable the reply as well.',
	required: true,
};

const waitOption: INodeProperties = {
	displayName: 'Wait for Result',
	name: 'waitForResult',
	type: 'boolean',
	default: true,
	description:
		'Whether to wait until the job is done instead of returning as soon as it has started',
};

const maxWaitOption: INodeProperties = {
	displayName: 'Max Wait Time',
	name: 'maxWait',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: DEFAULT_MAX_WAIT_SECONDS,
	description: 'How many seconds to wait for the job',
	displayOptions: { show: { waitForResult: [true] } },
};

/** POST /apps/annotation-reply/{action}, which starts a job. */
export const configureReply: Operation = {
	name: 'Configure Reply',
	action: 'Configure annotation reply',
	description: 'Turn answering from annotations on or off',
	fields: [
		actionField,
		thresholdField,
		providerField,
		modelField,
		optionsField(waitOption, maxWaitOption),
	],
	execute: async (item) => {
		const action = item.id('action');
		if (action === 'disable' && (await isOff(item))) return json({ ...ALREADY_OFF });
		const response = await dify(item).post(path`/apps/annotation-reply/${action}`, {
			score_threshold: Number(item.value('scoreThreshold')),
			embedding_provider_name: item.id('embeddingProviderName'),
			embedding_model_name: item.id('embeddingModelName'),
		});
		const started = jsonObject(response);
		if (item.options.waitForResult !== true) return json(started);
		const maxWaitMs = item.milliseconds('options.maxWait', DEFAULT_MAX_WAIT_SECONDS);
		return json(await waitForJob(item, action, started, maxWaitMs));
	},
};

/** Dify would start a job that waits for ever. */
const ALREADY_OFF = { job_id: null, job_status: 'completed', already_disabled: true };

async function isOff(item: Item): Promise<boolean> {
	try {
		const parameters = asObject(await dify(item).get('/parameters'));
		return asObject(parameters.annotation_reply).enabled === false;
	} catch {
		return false;
	}
}
