import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { tryParseJson } from '../../../shared/json';
import { difyPath } from '../../transport/request';
import { callDify } from '../call';
import { optionsField, optionsOf } from '../options';
import { requiredId } from '../parameters';
import { simplified, simplifyOption, withoutErrorField } from '../simplify';

const workflowRunIdField: INodeProperties = {
	displayName: 'Workflow Run ID',
	name: 'workflowRunId',
	type: 'string',
	default: '',
	placeholder: 'e.g. {{ $json.workflow_run_id }}',
	description: 'The run: workflow_run_id of Chat > Send, or of a log entry',
	required: true,
};

export const description = updateDisplayOptions(
	{ show: { resource: ['workflowRun'], operation: ['get'] } },
	[workflowRunIdField, optionsField(simplifyOption)],
);

const SIMPLE = [
	'id',
	'status',
	'inputs',
	'outputs',
	'error_message',
	'elapsed_time',
	'total_tokens',
];

/**
 * State and result of a run (GET /workflows/run/{workflow_run_id}). The reason of a failed run
 * stands in `error_message`, see {@link withoutErrorField}.
 */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const workflowRunId = requiredId(context, itemIndex, workflowRunIdField);
	const run = await callDify(context, itemIndex, {
		path: difyPath`/workflows/run/${workflowRunId}`,
	});
	const json = withDecodedInputs(withoutErrorField(run));
	return [{ json: simplified(json, optionsOf(context, itemIndex), SIMPLE) }];
}

/** Servers give the inputs as the text of JSON (facts 4); `inputs_raw` keeps what they sent. */
function withDecodedInputs(run: IDataObject): IDataObject {
	if (typeof run.inputs !== 'string') return run;
	const inputs = tryParseJson(run.inputs) as IDataObject | undefined;
	return { ...run, inputs: inputs === undefined ? run.inputs : inputs, inputs_raw: run.inputs };
}
