import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { invalidValue } from '../../../shared/errors';
import type { Item } from '../../../shared/item';
import { asText, defined } from '../../../shared/values';

const overWebSocket: INodeProperties['displayOptions'] = {
	show: { transport: ['webSocket'] },
};

/** What only the WebSocket takes beside question and session (SERVER.md, "Message fields"). */
export const webSocketOptions: INodeProperties[] = [
	{
		displayName: 'Chat History',
		name: 'chatHistory',
		type: 'json',
		default: '[]',
		placeholder: 'e.g. [{ "question": "Who are you?", "answer": "A robot" }]',
		description:
			'Earlier questions and answers that the robot should know, as a JSON list of objects with question and answer. Cannot be combined with Message Params.',
	},
	{
		displayName: 'Message Params',
		name: 'messageParams',
		type: 'json',
		default: '[]',
		placeholder: 'e.g. [{ "role": "system", "content": "Be brief" }]',
		description:
			'The whole list of messages for the model, as a JSON list of objects with role and content. Takes precedence over Role Prompt and Prompt Params.',
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
		description:
			"Replaces the robot's role prompt for this message. Takes precedence over Prompt Params.",
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
 * @throws ChatflowError if a field is not JSON of its kind, or for a combination that the server does
 * not take.
 */
export function webSocketFields(item: Item): IDataObject {
	const fields = {
		chat_history: filled(item.objects('options.chatHistory')),
		message_params: filled(item.objects('options.messageParams')),
		tip_message_extra: asText(item.options.rolePrompt),
		tip_message_params: filled(item.object('options.promptParams')),
		model_params: filled(item.object('options.modelParams')),
		// Any text asks for the welcome text.
		welcome: item.options.welcome === true ? '1' : undefined,
	};
	if (fields.chat_history && fields.message_params) {
		throw invalidValue(
			'Chat History and Message Params cannot be combined',
			'Put the earlier messages into Message Params, or empty Message Params',
		);
	}
	return defined(fields);
}

function filled<T extends object>(value: T): T | undefined {
	return Object.keys(value).length > 0 ? value : undefined;
}
