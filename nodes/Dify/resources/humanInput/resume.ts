import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { outputModeField } from '../../../shared/descriptions';
import { openLiveText } from '../../../shared/liveText';
import { asText } from '../../../shared/objects';
import { outputModeOf } from '../../../shared/outputMode';
import { answerOf } from '../../stream/outputs';
import { startState } from '../../stream/state';
import type { ChatState } from '../../stream/state';
import { difyError } from '../../transport/request';
import { resumeRun } from '../../transport/resume';
import { showText } from '../chat/converse';
import { failureOf } from '../chat/failure';
import {
	downloadFilesOption,
	maxDurationOption,
	separateReasoningOption,
	withStreamTimeout,
} from '../chat/fields';
import { itemsOf } from '../chat/items';
import { latestEnd, streamLimits } from '../chat/limits';
import { optionsField, optionsOf, userField } from '../options';
import { requiredId, requiredText } from '../parameters';

const workflowRunIdField: INodeProperties = {
	displayName: 'Workflow Run ID',
	name: 'workflowRunId',
	type: 'string',
	default: '',
	placeholder: 'e.g. {{ $json.workflow_run_id }}',
	description: 'The paused run: workflow_run_id of Chat > Send',
	required: true,
};

const conversationIdOption: INodeProperties = {
	displayName: 'Conversation ID',
	name: 'conversationId',
	type: 'string',
	default: '',
	placeholder: 'e.g. {{ $json.conversation_id }}',
	description:
		'With Message ID: where the whole answer stands if the run has ended before it could be watched',
};

const messageIdOption: INodeProperties = {
	displayName: 'Message ID',
	name: 'messageId',
	type: 'string',
	default: '',
	placeholder: 'e.g. {{ $json.message_id }}',
	description: 'See Conversation ID',
};

export const description = updateDisplayOptions(
	{ show: { resource: ['humanInput'], operation: ['resume'] } },
	[
		workflowRunIdField,
		{ ...userField, description: 'The user who sent the message; nobody else can see the run' },
		outputModeField,
		withStreamTimeout(
			optionsField(
				conversationIdOption,
				downloadFilesOption,
				maxDurationOption,
				messageIdOption,
				separateReasoningOption,
			),
		),
	],
);

/**
 * Watches a run go on after its form was submitted (GET /workflow/{run}/events, Dify 1.14), and
 * gives what Chat > Send gives: the whole answer, or `status` `paused` again when another form is to
 * be filled. A run that has ended already is told by its detail. Can be called again at any time;
 * cancelling only stops watching.
 */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const options = optionsOf(context, itemIndex);
	const user = requiredText(context, itemIndex, userField);
	const live = openLiveText(context, itemIndex);
	let state: ChatState;
	try {
		const watched = await resumeRun(context, itemIndex, {
			newState: () => resumedState(context, itemIndex, options),
			user,
			limits: streamLimits(options),
			until: latestEnd(options),
			onText: async (change) => await showText(live, change),
		});
		state = watched.state;
		const cancelled = context.getExecutionCancelSignal()?.aborted === true;
		const failure = failureOf(state, cancelled ? 'cancelled' : watched.end);
		if (failure) throw await difyError(context, itemIndex, failure);
		await live.replace(answerOf(state));
		await live.end();
	} catch (error) {
		await live.end((error as Error).message);
		return await Promise.reject(error);
	}
	return await itemsOf(context, itemIndex, state, { user, conversationId: '', options });
}

function resumedState(
	context: IExecuteFunctions,
	itemIndex: number,
	options: IDataObject,
): ChatState {
	const state = startState({
		keep: outputModeOf(context, itemIndex),
		separateThinking: options.separateReasoning === true,
	});
	state.workflowRunId = requiredId(context, itemIndex, workflowRunIdField);
	state.conversationId = asText(options.conversationId)?.trim();
	state.messageId = asText(options.messageId)?.trim();
	return state;
}

export { toolFields } from '../../stream/outputs';
