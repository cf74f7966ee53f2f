import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { asText, defined } from '../../../shared/objects';
import { apiVersionOption } from '../options';
import { listOption, objectOption } from '../values';

const overWebSocket: INodeProperties['displayOptions'] = {
	show: { transport: ['webSocket'] },
};

/** What only the WebSocket takes beside question and session (1.1.2, facts 2.2). */
export const webSocketOptions: INodeProperties[] = [
	apiVersionOption,
	{
		displayName: 'Chat History',
		name: 'chatHistory',
		type: 'json',
		default: '[]',
		placeholder: 'e.g. [{ "question": "Who are you?", "answer": "A robot" }]',
		description:
			'Earlier questions and answers that the robot is to know, as a JSON list of objects with question and answer. Not together with Message Params.',
	},
	{
		displayName: 'Message Params',
		name: 'messageParams',
		type: 'json',
		default: '[]',
		placeholder: 'e.g. [{ "role": "system", "content": "Be brief" }]',
		description:
			'The whole list of messages for the model, as a JSON list of objects with role and content. Goes before Role Prompt and Prompt Params.',
	},
	{
		displayName: 'Model Params',
		name: 'modelParams',
		type: 'json',
		default: '{}',
		placeholder: 'e.g. { "temperature": 0.2 }',
		description:
			'Parameters of the model as a JSON object: temperature, top_p, frequency_penalty, presence_penalty, max_tokens',
	},
	{
		displayName: 'Prompt Params',
		name: 'promptParams',
		type: 'json',
		default: '{}',
		placeholder: 'e.g. { "language": "English" }',
		description:
			"Variables of the robot's prompt as a JSON object. Only the first values of a session count.",
	},
	{
		displayName: 'Role Prompt',
		name: 'rolePrompt',
		type: 'string',
		typeOptions: { rows: 3 },
		default: '',
		placeholder: 'e.g. You answer briefly and politely.',
		description: "Replaces the robot's role prompt for this message. Goes before Prompt Params.",
	},
	{
		displayName: 'Welcome',
		name: 'welcome',
		type: 'boolean',
		default: false,
		description: "Whether to get the robot's welcome text instead of an answer",
	},
].map((option) => ({ ...option, displayOptions: overWebSocket }) as INodeProperties);

/**
 * The request fields of {@link webSocketOptions}; only those that are filled in.
 *
 * @throws NodeOperationError when a JSON field is not of its kind, or for a combination that the
 * server does not take.
 */
export function webSocketFields(
	context: IExecuteFunctions,
	itemIndex: number,
	options: IDataObject,
): IDataObject {
	const list = (name: string, label: string, example: string) =>
		listOption(context, itemIndex, options, { name, label, example });
	const object = (name: string, label: string, example: string) =>
		objectOption(context, itemIndex, options, { name, label, example });
	const fields = {
		chat_history: list('chatHistory', 'Chat History', '[{ "question": "Hi", "answer": "Hello" }]'),
		message_params: list(
			'messageParams',
			'Message Params',
			'[{ "role": "user", "content": "Hi" }]',
		),
		tip_message_extra: asText(options.rolePrompt),
		tip_message_params: object('promptParams', 'Prompt Params', '{ "language": "English" }'),
		model_params: object('modelParams', 'Model Params', '{ "temperature": 0.2 }'),
		// Any text asks for the welcome text.
		welcome: options.welcome === true ? '1' : undefined,
	};
	if (fields.chat_history && fields.message_params) {
		throw new NodeOperationError(
			context.getNode(),
			'Chat History and Message Params cannot be combined',
			{
				itemIndex,
				description: 'Put the earlier messages into Message Params, or empty Message Params',
			},
		);
	}
	return defined(fields);
}
