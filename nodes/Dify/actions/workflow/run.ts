import type { INodeExecutionData, INodeProperties } from 'n8n-workflow';

import type { ErrorInfo } from '../../../shared/errors';
import { ChatflowError } from '../../../shared/errors';
import { outputModeField } from '../../../shared/fields';
import type { Item } from '../../../shared/item';
import type { Operation } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { asText } from '../../../shared/values';
import { runItems } from '../../run/items';
import { runError } from '../../run/runError';
import { sendMessage } from '../../run/sendMessage';
import { showRun } from '../../run/showRun';
import { statusOf, withoutErrorKey } from '../../run/state/outputs';
import type { RunState } from '../../run/state/state';
import { startState } from '../../run/state/state';
import { outputsOf, workflowReceived, workflowToolFields } from '../../run/state/workflow';
import { userField } from '../fields';
import { filesField } from '../fileFields';
import {
	allowedFileOriginsOption,
	downloadFilesOption,
	inputsFields,
	keepAudioOption,
	maxWaitOption,
	responseModeOption,
	withStreamTimeout,
	workflowIdOption,
} from '../runFields';
import { runRequest } from './request';

const failOnPartialSuccessOption: INodeProperties = {
	displayName: 'Fail on Partial Success',
	name: 'failOnPartialSuccess',
	type: 'boolean',
	default: false,
	description:
		'Whether to fail if a node has failed and the workflow went on without it; the outputs are in the details',
};

const outputsOnlyOption: INodeProperties = {
	displayName: 'Outputs Only',
	name: 'outputsOnly',
	type: 'boolean',
	default: false,
	description:
		'Whether to output just the outputs of the workflow. Runs that wait for a human or were stopped stay whole.',
};

/**
 * Runs a Workflow app (POST /workflows/run, or /workflows/{workflow_id}/run for a published version).
 *
 * How it can end, each told apart from the others:
 * - `succeeded` or `partial-succeeded`: items by the output mode, the latter with a hint;
 * - `paused`, a human is asked: items with the forms in `human_input`, and what is needed to continue;
 * - `stopped`: items with what there was until then, and a hint;
 * - failed: an error with Dify's code and message, the ids and the outputs in its details;
 * - a stream that was lost and could not be recovered: an error that says where to look. The workflow
 *   is never run a second time.
 *
 * In a workflow that streams to its caller each piece of text is passed on as it arrives.
 */
export const run: Operation = {
	name: 'Run',
	action: 'Run workflow',
	description: 'Run a Workflow app and get its outputs',
	fields: [
		userField,
		...inputsFields,
		{
			...filesField,
			description:
				'Files for the variable sys.files of older apps; for an input variable use Inputs instead',
		},
		outputModeField,
		withStreamTimeout(
			optionsField(
				allowedFileOriginsOption,
				downloadFilesOption,
				failOnPartialSuccessOption,
				keepAudioOption,
				maxWaitOption,
				outputsOnlyOption,
				responseModeOption,
				workflowIdOption,
			),
		),
	],
	toolFields: workflowToolFields,
	execute: async (item) => {
		const { options } = item;
		const state = startState({
			kind: 'workflow',
			keep: item.outputMode,
			keepAudio: options.keepAudio === true,
		});
		const request = await runRequest(item);
		await showRun(item.live, async () => {
			const end = await sendMessage(item, request, state);
			const failOnPartial = options.failOnPartialSuccess === true;
			const error = runError(state, end) ?? (failOnPartial ? partialError(state) : undefined);
			if (error) throw new ChatflowError(error);
			return state;
		});
		const items = await runItems(item, state, { user: request.user, conversationId: '' });
		return options.outputsOnly === true ? onlyOutputs(item, state, items) : items;
	},
};

/** For users who would rather fail than go on with what is there. */
function partialError(state: RunState): ErrorInfo | undefined {
	if (statusOf(state) !== 'partial-succeeded') return undefined;
	const failed = state.ended.find(({ data }) => data.status === 'exception');
	const title = asText(failed?.data.title);
	return {
		message: `The workflow succeeded only in part${title ? `: the node "${title}" failed` : ''}`,
		description:
			'The workflow went on without the result of a node. Its outputs are in the details; the log of the Dify app shows what happened',
		details: {
			code: 'partial_success',
			...workflowReceived(state),
			run_status: 'partial-succeeded',
		},
	};
}

/** Items of the other output modes have no outputs beside others. */
function onlyOutputs(item: Item, state: RunState, items: INodeExecutionData[]) {
	const isWhole = ['succeeded', 'partial-succeeded'].includes(statusOf(state));
	if (item.outputMode !== 'aggregated' || !isWhole) return items;
	const json = withoutErrorKey(outputsOf(state), 'output_error');
	return items.map((one) => ({ ...one, json }));
}
