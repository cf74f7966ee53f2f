import type { INodeProperties } from 'n8n-workflow';

import { outputModeField } from '../../../shared/descriptions';
import { optionsField, timeoutOption, userField } from '../options';
import { filesField } from './fileFields';
import { DEFAULT_MAX_SECONDS } from './limits';

const queryField: INodeProperties = {
	displayName: 'Query',
	name: 'query',
	type: 'string',
	typeOptions: { rows: 2 },
	default: '',
	placeholder: 'e.g. Where is my order?',
	description: 'What the user says',
	required: true,
};

const conversationIdField: INodeProperties = {
	displayName: 'Conversation ID',
	name: 'conversationId',
	type: 'string',
	default: '',
	placeholder: 'e.g. {{ $json.conversation_id }}',
	description:
		'The conversation to go on with. Leave it empty to start a new one; its ID comes out as conversation_id.',
	hint: 'Without it every item starts a new conversation',
};

const inputsFields: INodeProperties[] = [
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

export const maxDurationOption: INodeProperties = {
	displayName: 'Max Duration',
	name: 'maxDuration',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: DEFAULT_MAX_SECONDS,
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

const keepAudioOption: INodeProperties = {
	displayName: 'Keep Audio',
	name: 'keepAudio',
	type: 'boolean',
	default: false,
	description:
		'Whether to put the spoken answer of apps that play it automatically into the binary field audio',
};

const autoGenerateNameOption: INodeProperties = {
	displayName: 'Auto Generate Name',
	name: 'autoGenerateName',
	type: 'boolean',
	default: true,
	description: 'Whether Dify gives a new conversation a title',
};

const onConversationResetOption: INodeProperties = {
	displayName: 'On Conversation Reset',
	name: 'onConversationReset',
	type: 'options',
	options: [
		{
			name: 'Continue',
			value: 'continue',
			description: 'Output the answer, marked with conversation_reset',
		},
		{
			name: 'Fail',
			value: 'fail',
			description: 'Fail, with the answer in the details; the message has been answered by then',
		},
	],
	default: 'continue',
	description:
		'What to do when Dify (1.15 and newer) does not know the conversation and silently starts a new one. It can only be noticed afterwards.',
};

const responseModeOption: INodeProperties = {
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

const workflowIdOption: INodeProperties = {
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
		'How many seconds without a byte from the server to wait before giving up; pings count as a sign of life. Left out, the first event may take 310 seconds, because a busy server queues runs in silence, and a blocking call 370.',
};

const allOptions = optionsField(
	autoGenerateNameOption,
	downloadFilesOption,
	keepAudioOption,
	maxDurationOption,
	onConversationResetOption,
	responseModeOption,
	separateReasoningOption,
	workflowIdOption,
);

/** The options collection with a Timeout that is explained for streams. */
export function withStreamTimeout(field: INodeProperties): INodeProperties {
	const options = (field.options ?? []) as INodeProperties[];
	return {
		...field,
		options: options.map((option) => (option.name === 'timeout' ? streamTimeoutOption : option)),
	};
}

export const sendFields: INodeProperties[] = [
	queryField,
	userField,
	conversationIdField,
	...inputsFields,
	filesField,
	outputModeField,
	withStreamTimeout(allOptions),
];
