import type { INodeProperties } from 'n8n-workflow';

import { outputModeField } from '../../../shared/fields';
import { optionsField } from '../../../shared/options';
import { userField } from '../fields';
import { filesField } from '../fileFields';
import {
	allowedFileOriginsOption,
	downloadFilesOption,
	inputsFields,
	keepAudioOption,
	maxWaitOption,
	responseModeOption,
	separateReasoningOption,
	withStreamTimeout,
	workflowIdOption,
} from '../runFields';

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

export const sendFields: INodeProperties[] = [
	queryField,
	userField,
	conversationIdField,
	...inputsFields,
	filesField,
	outputModeField,
	withStreamTimeout(
		optionsField(
			allowedFileOriginsOption,
			autoGenerateNameOption,
			downloadFilesOption,
			keepAudioOption,
			maxWaitOption,
			onConversationResetOption,
			responseModeOption,
			separateReasoningOption,
			workflowIdOption,
		),
	),
];
