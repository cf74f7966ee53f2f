import type { INodeProperties } from 'n8n-workflow';

import { outputModeField } from '../../../shared/descriptions';
import { concurrencyOption, timeoutOption, userField } from '../options';

export const sendFields: INodeProperties[] = [
	{
		displayName: 'Query',
		name: 'query',
		type: 'string',
		typeOptions: { rows: 2 },
		default: '',
		placeholder: 'e.g. Where is my order?',
		description: 'What the user says',
		required: true,
	},
	userField,
	{
		displayName: 'Conversation ID',
		name: 'conversationId',
		type: 'string',
		default: '',
		placeholder: 'e.g. {{ $json.conversation_id }}',
		description:
			'The conversation to go on with. Leave it empty to start a new one; its ID comes out as conversation_id.',
	},
	{
		displayName: 'Inputs',
		name: 'inputs',
		type: 'json',
		default: '{}',
		description: 'Values for the input variables of the app, as a JSON object',
	},
	outputModeField,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			{
				displayName: 'Auto Generate Name',
				name: 'autoGenerateName',
				type: 'boolean',
				default: true,
				description: 'Whether Dify gives a new conversation a title',
			},
			concurrencyOption,
			{
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
			},
			timeoutOption,
			{
				displayName: 'Workflow ID',
				name: 'workflowId',
				type: 'string',
				default: '',
				description: 'A published version of the app to run instead of the latest one',
			},
		],
	},
];
