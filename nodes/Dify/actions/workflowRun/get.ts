import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { path } from '../../../shared/client';
import { tryParseJson } from '../../../shared/json';
import type { ErrorInfo } from '../../../shared/errors';
import { ChatflowError } from '../../../shared/errors';
import type { Operation } from '../../../shared/operation';
import { json, jsonObject } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { dify } from '../../transport/dify';
import { apiError } from '../../transport/errors';
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

const SIMPLE = [
	'id',
	'status',
	'inputs',
	'outputs',
	'error_message',
	'elapsed_time',
	'total_tokens',
];

/** GET /workflows/run/{workflow_run_id}. */
export const get: Operation = {
	name: 'Get',
	action: 'Get workflow run',
	description: 'Get the state and result of a run of the workflow behind the app',
	fields: [workflowRunIdField, optionsField(simplifyOption)],
	execute: async (item) => {
		const id = item.id('workflowRunId');
		const run = jsonObject(await dify(item).get(path`/workflows/run/${id}`));
		// Dify 1.12 responds to an unknown ID with empty fields.
		if (run.id === null) throw new ChatflowError(unknownRun(id));
		return json(simplified(withDecodedInputs(withoutErrorField(run)), item.options, SIMPLE));
	},
};

function unknownRun(id: string): ErrorInfo {
	return {
		...apiError({ status: '404', code: 'not_found', message: 'Workflow run not found.' }),
		description: `Check Workflow Run ID: the app of this API key has no run ${id}`,
	};
}

/** Servers send the inputs as a text of JSON; `inputs_raw` keeps it. */
function withDecodedInputs(run: IDataObject): IDataObject {
	if (typeof run.inputs !== 'string') return run;
	const inputs = tryParseJson(run.inputs) as IDataObject | undefined;
	return { ...run, inputs: inputs === undefined ? run.inputs : inputs, inputs_raw: run.inputs };
}
