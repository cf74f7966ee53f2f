import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { path } from '../../../shared/client';
import { tryParseJson } from '../../../shared/json';
import type { ErrorInfo } from '../../../shared/errors';
import { ChatflowError } from '../../../shared/errors';
import { cancelledInfo } from '../../../shared/http';
import type { Item } from '../../../shared/item';
import type { Operation } from '../../../shared/operation';
import { json, jsonObject } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import type { RetryDelays } from '../../../shared/retry';
import { asText } from '../../../shared/values';
import { wait } from '../../../shared/wait';
import { UNDER_WAY } from '../../run/pollRun';
import { dify } from '../../transport/dify';
import { apiError } from '../../transport/errors';
import { simplified, simplifyOption, withoutErrorField } from '../simplify';

const workflowRunIdField: INodeProperties = {
	displayName: 'Workflow Run ID',
	name: 'workflowRunId',
	type: 'string',
	default: '',
	placeholder: 'e.g. {{ $json.workflow_run_id }}',
	description: 'The run: workflow_run_id of Chat > Send or Workflow > Run, or of a log entry',
	required: true,
};

const waitForResultField: INodeProperties = {
	displayName: 'Wait for Result',
	name: 'waitForResult',
	type: 'boolean',
	default: false,
	description: 'Whether to wait until the run has ended, or waits for a human itself',
};

/** Servers end a run after 1,200 seconds. */
const DEFAULT_MAX_WAIT_SECONDS = 1_200;

const maxWaitOption: INodeProperties = {
	displayName: 'Max Wait Time',
	name: 'maxWait',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: DEFAULT_MAX_WAIT_SECONDS,
	description: 'How many seconds to wait for the result altogether',
	displayOptions: { show: { '/waitForResult': [true] } },
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
	fields: [workflowRunIdField, waitForResultField, optionsField(maxWaitOption, simplifyOption)],
	execute: async (item) => {
		const id = item.id('workflowRunId');
		const waits = item.value('waitForResult') === true;
		const run = waits ? await endedRun(item, id) : await readRun(item, id);
		return json(simplified(withDecodedInputs(withoutErrorField(run)), item.options, SIMPLE));
	},
};

/** How a run is asked for again if a server is away for a moment. */
const PATIENT = [1_000, 2_000, 4_000, 8_000];

async function readRun(item: Item, id: string, retryDelays?: RetryDelays): Promise<IDataObject> {
	const call = { method: 'GET' as const, path: path`/workflows/run/${id}`, retryDelays };
	const run = jsonObject(await dify(item).request(call));
	// Dify 1.12 responds to an unknown ID with empty fields.
	if (run.id === null) throw new ChatflowError(unknownRun(id));
	return run;
}

const MIN_INTERVAL_MS = 1_000;
const MAX_INTERVAL_MS = 15_000;

/**
 * Asks for the run in growing intervals until it has ended or waits for a human.
 *
 * @throws ChatflowError if that takes longer than Max Wait Time, or if the execution is cancelled.
 */
async function endedRun(item: Item, id: string): Promise<IDataObject> {
	const maxWaitMs = item.milliseconds('options.maxWait', DEFAULT_MAX_WAIT_SECONDS);
	const until = Date.now() + maxWaitMs;
	for (let pauseMs = MIN_INTERVAL_MS; ; pauseMs = Math.min(pauseMs * 1.5, MAX_INTERVAL_MS)) {
		const run = await readRun(item, id, { passing: PATIENT, neverConnected: PATIENT });
		if (!UNDER_WAY.has(asText(run.status) ?? '')) return run;
		const left = until - Date.now();
		if (left <= 0) throw new ChatflowError(stillRunning(run, maxWaitMs));
		if (!(await wait(Math.min(pauseMs, left), item.signal))) {
			throw new ChatflowError(cancelledInfo('Dify'));
		}
	}
}

function stillRunning({ id, status }: IDataObject, maxWaitMs: number): ErrorInfo {
	return {
		message: `The run had not ended after ${Math.round(maxWaitMs / 1000)} seconds`,
		description:
			'Get it again later, or raise Max Wait Time. Dify may go on calling a run that was stopped, or whose client left, running for minutes or for ever',
		details: { code: 'still_running', workflow_run_id: id, run_status: status },
		failure: { cause: 'temporarily-unavailable' },
	};
}

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
