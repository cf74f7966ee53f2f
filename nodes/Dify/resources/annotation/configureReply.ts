import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { difyPath } from '../../transport/request';
import { callDify } from '../call';
import { optionsField, optionsOf } from '../options';
import { requiredId } from '../parameters';
import { actionField } from './fields';
import { finishedJob } from './job';

const thresholdField: INodeProperties = {
	displayName: 'Score Threshold',
	name: 'scoreThreshold',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 1, numberPrecision: 2 },
	default: 0.9,
	description:
		'How similar a question must be to that of an annotation, from 0 to 1. Dify asks for it to disable as well.',
	required: true,
};

const providerField: INodeProperties = {
	displayName: 'Embedding Provider Name',
	name: 'embeddingProviderName',
	type: 'string',
	default: '',
	placeholder: 'e.g. langgenius/openai/openai',
	description:
		'The provider of the embedding model. On servers with plugins in the form author/plugin/provider, else just openai. Dify asks for it to disable as well.',
	required: true,
};

const modelField: INodeProperties = {
	displayName: 'Embedding Model Name',
	name: 'embeddingModelName',
	type: 'string',
	default: '',
	placeholder: 'e.g. text-embedding-3-small',
	description: 'The embedding model that compares questions. Dify asks for it to disable as well.',
	required: true,
};

const waitOption: INodeProperties = {
	displayName: 'Wait for Result',
	name: 'waitForResult',
	type: 'boolean',
	default: true,
	description:
		'Whether to wait until the job is done instead of returning as soon as it is started',
};

const longestWaitOption: INodeProperties = {
	displayName: 'Wait at Most',
	name: 'maxWait',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 300,
	description: 'How many seconds to wait for the job',
	displayOptions: { show: { waitForResult: [true] } },
};

export const description = updateDisplayOptions(
	{ show: { resource: ['annotation'], operation: ['configureReply'] } },
	[
		actionField,
		thresholdField,
		providerField,
		modelField,
		optionsField(waitOption, longestWaitOption),
	],
);

/** Turns the annotation reply on or off: starts a job (POST /apps/annotation-reply/{action}). */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const action = requiredId(context, itemIndex, actionField);
	const started = await callDify(context, itemIndex, {
		method: 'POST',
		path: difyPath`/apps/annotation-reply/${action}`,
		body: settings(context, itemIndex),
	});
	const { waitForResult, maxWait } = optionsOf(context, itemIndex);
	if (waitForResult !== true) return [{ json: started }];
	const seconds = Number(maxWait ?? longestWaitOption.default);
	return [{ json: await finishedJob(context, itemIndex, { action, started, seconds }) }];
}

function settings(context: IExecuteFunctions, itemIndex: number): IDataObject {
	return {
		score_threshold: Number(context.getNodeParameter('scoreThreshold', itemIndex)),
		embedding_provider_name: requiredId(context, itemIndex, providerField),
		embedding_model_name: requiredId(context, itemIndex, modelField),
	};
}
