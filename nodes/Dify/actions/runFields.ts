import type { INodeProperties } from 'n8n-workflow';

import { timeoutOption } from '../../shared/options';
import { DEFAULT_MAX_WAIT } from '../run/limits';

/** Values for the input variables of an app. */
export const inputsFields: INodeProperties[] = [
	{
		displayName: 'Specify Inputs',
		name: 'inputsMode',
		type: 'options',
		options: [
			{
				name: 'Using Form of the App',
				value: 'form',
				description: 'Fields for the input variables of the app, as Dify describes them',
			},
			{ name: 'Using JSON', value: 'json', description: 'One JSON object with all values' },
		],
		default: 'json',
		description: 'How to give values for the input variables of the app',
	},
	{
		displayName: 'Inputs',
		name: 'inputs',
		type: 'json',
		default: '{}',
		placeholder: 'e.g. { "city": "Oslo" }',
		description: 'Values for the input variables of the app, as a JSON object',
		displayOptions: { show: { inputsMode: ['json'] } },
	},
	{
		displayName: 'Inputs',
		name: 'inputsForm',
		type: 'resourceMapper',
		noDataExpression: true,
		default: { mappingMode: 'defineBelow', value: null },
		description:
			'Values for the input variables of the app. For a file give the name of a binary field, a URL or an upload ID; for a list of files several of them, separated by commas.',
		displayOptions: { show: { inputsMode: ['form'] } },
		typeOptions: {
			resourceMapper: {
				resourceMapperMethod: 'getInputFields',
				mode: 'add',
				fieldWords: { singular: 'input', plural: 'inputs' },
				addAllFields: true,
				multiKeyMatch: false,
				supportAutoMap: false,
			},
		},
	},
];

export const downloadFilesOption: INodeProperties = {
	displayName: 'Download Files',
	name: 'downloadFiles',
	type: 'boolean',
	default: false,
	description:
		'Whether to put the files that the app made into binary fields named file_0, file_1 and so on. Their links expire after some minutes.',
};

export const allowedFileOriginsOption: INodeProperties = {
	displayName: 'Allowed File Origins',
	name: 'allowedFileOrigins',
	type: 'string',
	default: '',
	placeholder: 'e.g. https://files.example.com',
	description:
		'Where Download Files may fetch files from beside the server of the Base URL, separated by commas. Files that lie elsewhere stay links.',
};

export const maxWaitOption: INodeProperties = {
	displayName: 'Max Wait Time',
	name: 'maxWait',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: DEFAULT_MAX_WAIT,
	description:
		'How many seconds one answer may take in all, even if the server keeps the connection alive',
};

export const separateReasoningOption: INodeProperties = {
	displayName: 'Separate Reasoning',
	name: 'separateReasoning',
	type: 'boolean',
	default: false,
	description:
		'Whether to move what models write between &lt;think&gt; tags from the answer to the field reasoning',
};

export const keepAudioOption: INodeProperties = {
	displayName: 'Keep Audio',
	name: 'keepAudio',
	type: 'boolean',
	default: false,
	description:
		'Whether to put the spoken answer of apps that play it automatically into the binary field audio',
};

export const responseModeOption: INodeProperties = {
	displayName: 'Response Mode',
	name: 'responseMode',
	type: 'options',
	options: [
		{
			name: 'Blocking',
			value: 'blocking',
			description: 'Wait for the whole answer; proxies may cut long runs off',
		},
		{
			name: 'Streaming',
			value: 'streaming',
			description: 'Read the answer while it is written; safe for long runs',
		},
	],
	default: 'streaming',
	description: 'How Dify sends the answer',
};

export const workflowIdOption: INodeProperties = {
	displayName: 'Workflow ID',
	name: 'workflowId',
	type: 'string',
	default: '',
	placeholder: 'e.g. 2b7d6f0a-5a4f-4a4e-9d35-0a4a1f5c6b7e',
	description: 'A published version of the app to run instead of the latest one',
};

/** Says what the limit of a stream is, and what it is when nothing is set. */
const streamTimeoutOption: INodeProperties = {
	...timeoutOption,
	description:
		'How many seconds to wait for the next byte from the server, pings included, before giving up. Left out, the first event may take 310 seconds, because a busy server queues runs in silence, and a blocking call 370.',
};

/** The options collection with a Timeout that is explained for streams. */
export function withStreamTimeout(field: INodeProperties): INodeProperties {
	const options = (field.options ?? []) as INodeProperties[];
	return {
		...field,
		options: options.map((option) => (option.name === 'timeout' ? streamTimeoutOption : option)),
	};
}
