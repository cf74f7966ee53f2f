import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import type { Problem } from '../../../shared/errors';
import { openLiveText } from '../../../shared/liveText';
import { outputModeOf } from '../../../shared/outputMode';
import { answerOf, idsOf } from '../../stream/outputs';
import { startState } from '../../stream/state';
import type { ChatState } from '../../stream/state';
import { difyError } from '../../transport/request';
import { converse } from './converse';
import { failureOf } from './failure';
import { sendFields } from './fields';
import { itemsOf, plainUuid, wasReset } from './items';
import type { ChatRequest } from './request';
import { chatRequest, conversationIdOf } from './request';

export const description = updateDisplayOptions(
	{ show: { resource: ['chat'], operation: ['send'] } },
	sendFields,
);

/**
 * Sends a message and collapses what comes back (POST /chat-messages).
 *
 * How it can end, each told apart from the others:
 * - answered: items by the output mode, `status` `succeeded` or `partial-succeeded`;
 * - paused, a human is asked: items too, `status` `paused`, with the forms in `human_input` and all
 *   that is needed to go on (`workflow_run_id`, `task_id`, `conversation_id`, `user`);
 * - stopped: items with what was said until then, `status` `stopped`, and a hint;
 * - an `error` event or a failed run: NodeApiError with Dify's code and message, the ids and the
 *   text so far in its details;
 * - a stream that was lost and could not be recovered: NodeApiError that says where to look. The
 *   message is never sent a second time.
 *
 * In a workflow that streams to its caller each piece of text is passed on as it arrives.
 */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const keep = outputModeOf(context, itemIndex);
	const request = await chatRequest(context, itemIndex);
	const state = startState({ keep, ...stateOptions(request.options) });
	const live = openLiveText(context, itemIndex);
	try {
		const end = await converse(context, itemIndex, request, state, live);
		const failure = failureOf(state, end, request.conversationId) ?? resetFailure(state, request);
		if (failure) throw await difyError(context, itemIndex, failure);
		// A text that did not come as a stream, or came differently, is shown before the end.
		await live.replace(answerOf(state));
		await live.end();
	} catch (error) {
		await live.end((error as Error).message);
		return await Promise.reject(error);
	}
	return await itemsOf(context, itemIndex, state, request);
}

/** Two messages of one conversation at once would be answered without knowing of each other. */
export function exclusiveKey(context: IExecuteFunctions, itemIndex: number): string | undefined {
	return plainUuid(conversationIdOf(context, itemIndex)) || undefined;
}

function stateOptions(options: IDataObject) {
	return {
		separateThinking: options.separateReasoning === true,
		keepAudio: options.keepAudio === true,
	};
}

/** When the user would rather fail than talk in a conversation without a memory. */
function resetFailure(state: ChatState, request: ChatRequest): Problem | undefined {
	const { conversationId, options } = request;
	if (options.onConversationReset !== 'fail' || !wasReset(state, conversationId)) return undefined;
	return {
		message: 'Dify did not know the conversation and answered in a new one',
		description:
			'Check Conversation ID, and that User is the one who began the conversation. The message has been answered already; the answer and the ID of the new conversation are in the details',
		details: {
			code: 'conversation_reset',
			message: `Conversation ${conversationId} is not known`,
			answer: answerOf(state),
			...idsOf(state),
		},
	};
}

export { toolFields } from '../../stream/outputs';
