import type { ErrorInfo } from '../../../shared/errors';
import { ChatflowError } from '../../../shared/errors';
import type { Item } from '../../../shared/item';
import type { Operation } from '../../../shared/operation';
import type { Asker } from '../../run/items';
import { plainUuid, runItems, wasReset } from '../../run/items';
import { runError } from '../../run/runError';
import { sendMessage } from '../../run/sendMessage';
import { showRun } from '../../run/showRun';
import { answerOf, idsOf, toolFields } from '../../run/state/outputs';
import type { RunState } from '../../run/state/state';
import { startState } from '../../run/state/state';
import { knownApp } from '../../transport/app';
import { sendFields } from './fields';
import { chatRequest } from './request';

/**
 * Sends a message and collapses what comes back (POST /chat-messages).
 *
 * How it can end, each told apart from the others:
 * - answered: items by the output mode, `status` `succeeded` or `partial-succeeded`;
 * - paused, a human is asked: items too, `status` `paused`, with the forms in `human_input` and all
 *   that is needed to continue (`workflow_run_id`, `task_id`, `conversation_id`, `user`);
 * - stopped: items with what was said until then, `status` `stopped`, and a hint;
 * - an `error` event or a failed run: an error with Dify's code and message, the ids and the text so
 *   far in its details;
 * - a stream that was lost and could not be recovered: an error that says where to look. The message
 *   is never sent a second time.
 *
 * In a workflow that streams to its caller each piece of text is passed on as it arrives.
 */
export const send: Operation = {
	name: 'Send',
	action: 'Send chat message',
	description: 'Send a message to the app and get its answer',
	fields: sendFields,
	toolFields,
	execute: async (item) => {
		const { options } = item;
		const state = startState({
			keep: item.outputMode,
			separateThinking: options.separateReasoning === true,
			keepAudio: options.keepAudio === true,
		});
		const request = await chatRequest(item);
		await showRun(item.live, async () => {
			const end = await sendMessage(item, request, state);
			const failOnReset = options.onConversationReset === 'fail';
			const error =
				runError(state, end, request.conversationId) ??
				(failOnReset ? resetError(state, request) : undefined);
			if (error) throw new ChatflowError(error);
			return state;
		});
		await findMode(item, state);
		return await runItems(item, state, request);
	},
	/** Two messages of one conversation at once would be answered without knowing of each other. */
	exclusiveKey: (item) => plainUuid(item.optionalId('conversationId') ?? '') || undefined,
};

/**
 * A stream without a workflow does not tell whether it is that of a Chat app, or of a Chatflow that
 * answers from an annotation.
 */
async function findMode(item: Item, state: RunState): Promise<void> {
	const isKnown = state.started || state.mode !== 'advanced-chat';
	if (isKnown || item.outputMode !== 'aggregated' || item.options.responseMode === 'blocking')
		return;
	state.mode = (await knownApp(item))?.mode ?? state.mode;
}

/** For users who would rather fail than talk in a conversation without a memory. */
function resetError(state: RunState, { conversationId }: Asker): ErrorInfo | undefined {
	if (!wasReset(state, conversationId)) return undefined;
	return {
		message: 'Dify did not know the conversation and answered in a new one',
		description:
			'Check Conversation ID, and that User is the one who started the conversation. The message has been answered already; the answer and the ID of the new conversation are in the details',
		details: {
			code: 'conversation_reset',
			message: `Conversation ${conversationId} is not known`,
			answer: answerOf(state),
			...idsOf(state),
		},
	};
}
