import type { INodeProperties } from 'n8n-workflow';

import { ChatflowError } from '../../../shared/errors';
import type { Item } from '../../../shared/item';
import type { Operation } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { asText, defined } from '../../../shared/values';
import { filesOf } from '../../run/files';
import { inputsOf } from '../../run/inputs';
import { runItems } from '../../run/items';
import type { Message } from '../../run/message';
import { runError } from '../../run/runError';
import { sendMessage } from '../../run/sendMessage';
import { showRun } from '../../run/showRun';
import { startState } from '../../run/state/state';
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
} from '../runFields';

const queryOption: INodeProperties = {
	displayName: 'Query',
	name: 'query',
	type: 'string',
	typeOptions: { rows: 2 },
	default: '',
	placeholder: 'e.g. Summarize this text: …',
	description: 'The text to process in old apps that have no input variable for it',
};

/**
 * Generates a text with a Completion app (POST /completion-messages).
 *
 * How it can end: answered, also if somebody stopped it, with one item; or an error, with Dify's code
 * and message and the text so far in its details. A stream that was lost cannot be recovered: Dify keeps
 * nothing that could be fetched (SERVER.md, "Other kinds of apps"). The request is never sent again.
 *
 * In a workflow that streams to its caller each piece of text is passed on as it arrives.
 */
export const generate: Operation = {
	name: 'Generate',
	action: 'Generate completion',
	description: 'Generate a text with a Completion app',
	fields: [
		userField,
		...inputsFields,
		filesField,
		withStreamTimeout(
			optionsField(
				allowedFileOriginsOption,
				downloadFilesOption,
				keepAudioOption,
				maxWaitOption,
				queryOption,
				responseModeOption,
				separateReasoningOption,
			),
		),
	],
	toolFields: ['answer', 'status', 'files'],
	execute: async (item) => {
		const { options } = item;
		const state = startState({
			kind: 'completion',
			separateThinking: options.separateReasoning === true,
			keepAudio: options.keepAudio === true,
		});
		const request = await completionRequest(item);
		await showRun(item.live, async () => {
			const error = runError(state, await sendMessage(item, request, state));
			if (error) throw new ChatflowError(error);
			return state;
		});
		return await runItems(item, state, { user: request.user, conversationId: '' });
	},
};

/** @throws ChatflowError for parameters that cannot be sent. */
async function completionRequest(item: Item): Promise<Message> {
	const { options } = item;
	const user = item.text('user');
	const inputs = await inputsOf(item, user);
	const files = await filesOf(item, user);
	const body = defined({
		inputs,
		query: asText(options.query),
		user,
		response_mode: options.responseMode === 'blocking' ? 'blocking' : 'streaming',
		files: files.length > 0 ? files : undefined,
	});
	return { path: '/completion-messages', body, user };
}
