import type { INodeProperties } from 'n8n-workflow';

import { ChatflowError } from '../../../shared/errors';
import { outputModeField } from '../../../shared/fields';
import type { Item } from '../../../shared/item';
import type { Operation } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { runItems } from '../../run/items';
import { latestEnd, readTimeouts } from '../../run/limits';
import { runError } from '../../run/runError';
import { showRun, showText } from '../../run/showRun';
import { toolFields } from '../../run/state/outputs';
import type { RunKind, RunState } from '../../run/state/state';
import { startState } from '../../run/state/state';
import { workflowToolFields } from '../../run/state/workflow';
import { watchRun } from '../../run/watchRun';
import { knownApp } from '../../transport/app';
import { userField } from '../fields';
import {
	allowedFileOriginsOption,
	downloadFilesOption,
	maxWaitOption,
	separateReasoningOption,
	withStreamTimeout,
} from '../runFields';

const workflowRunIdField: INodeProperties = {
	displayName: 'Workflow Run ID',
	name: 'workflowRunId',
	type: 'string',
	default: '',
	placeholder: 'e.g. {{ $json.workflow_run_id }}',
	description: 'The paused run: workflow_run_id of Chat > Send or Workflow > Run',
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

/**
 * Watches a run go on after its form was submitted (GET /workflow/{run}/events, Dify 1.14), and
 * gives what Chat > Send gives, for a Workflow app what Workflow > Run gives: the whole answer, or `status` `paused` again if another form is to
 * be filled. A run that has ended already is told by its detail. Can be called again at any time;
 * cancelling only stops watching.
 */
export const resume: Operation = {
	name: 'Resume',
	action: 'Resume paused run',
	description: 'Watch a run go on after its form was submitted, and get its answer',
	fields: [
		workflowRunIdField,
		{ ...userField, description: 'The user who started the run; nobody else can see it' },
		outputModeField,
		withStreamTimeout(
			optionsField(
				allowedFileOriginsOption,
				conversationIdOption,
				downloadFilesOption,
				maxWaitOption,
				messageIdOption,
				separateReasoningOption,
			),
		),
	],
	toolFields: (json) => ('conversation_id' in json ? toolFields : workflowToolFields(json)),
	execute: async (item) => {
		const { live } = item;
		const user = item.text('user');
		const kind = (await knownApp(item))?.mode === 'workflow' ? 'workflow' : 'chat';
		const state = await showRun(live, async () => {
			const watched = await watchRun({
				caller: item,
				newState: () => resumedState(item, kind),
				user,
				timeouts: readTimeouts(item),
				until: latestEnd(item),
				onText: async (change) => await showText(live, change),
			});
			const error = runError(watched.state, item.signal?.aborted ? 'cancelled' : watched.end);
			if (error) throw new ChatflowError(error);
			return watched.state;
		});
		return await runItems(item, state, { user, conversationId: '' });
	},
};

function resumedState(item: Item, kind: RunKind): RunState {
	const state = startState({
		kind,
		keep: item.outputMode,
		separateThinking: item.options.separateReasoning === true,
	});
	state.workflowRunId = item.id('workflowRunId');
	state.conversationId = item.optionalId('options.conversationId');
	state.messageId = item.optionalId('options.messageId');
	return state;
}
