import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';

import { tryParseJson } from '../../shared/json';
import { asObject, asText } from '../../shared/objects';
import { wait } from '../../shared/transport/wait';
import { addFiles } from '../stream/files';
import type { ChatState } from '../stream/state';
import type { Recovery } from './recover';
import { cancelSignal, difyPath, difyRequest } from './request';

const FIRST_INTERVAL_MS = 1_000;
const LONGEST_INTERVAL_MS = 30_000;
const LOOK_TIMEOUT_MS = 30_000;

/** What the run is while its end is still to come (facts 3.4). */
const UNDER_WAY = new Set(['running', 'scheduled']);

/**
 * Asks for the run in growing intervals until it has ended or paused, or the recovery's time is up.
 * The first look is taken in any case.
 */
export async function pollRun(
	context: IExecuteFunctions,
	itemIndex: number,
	{ state, until }: Pick<Recovery, 'state' | 'until'>,
): Promise<void> {
	const signal = cancelSignal(context);
	for (let intervalMs = FIRST_INTERVAL_MS; ; intervalMs = next(intervalMs)) {
		const run = await lookAtRun(context, itemIndex, state);
		if (run === 'unknown') return;
		if (run) takeRun(state, run);
		if (state.finished ?? state.paused) return;
		const left = until - Date.now();
		if (left <= 0 || !(await wait(Math.min(intervalMs, left), signal))) return;
	}
}

function next(intervalMs: number): number {
	return Math.min(intervalMs * 2, LONGEST_INTERVAL_MS);
}

/** The run's detail; `undefined` when the server cannot be asked now, `unknown` when it has no such run. */
async function lookAtRun(
	context: IExecuteFunctions,
	itemIndex: number,
	{ workflowRunId }: ChatState,
): Promise<IDataObject | 'unknown' | undefined> {
	try {
		const path = difyPath`/workflows/run/${workflowRunId}`;
		const run = await difyRequest(context, itemIndex, { path, timeoutMs: LOOK_TIMEOUT_MS });
		return asObject(run);
	} catch (error) {
		const refused = error instanceof NodeApiError && /^4\d\d$/.test(error.httpCode ?? '');
		return refused ? 'unknown' : undefined;
	}
}

/** Takes a run's detail into the state, as the events would have told it. */
export function takeRun(state: ChatState, run: IDataObject): void {
	const status = asText(run.status) ?? '';
	if (status === '' || UNDER_WAY.has(status)) return;
	const outputs = typeof run.outputs === 'string' ? tryParseJson(run.outputs) : run.outputs;
	const { inputs: _inputs, ...rest } = run;
	const data = { ...rest, outputs: asObject(outputs) };
	if (status === 'paused') {
		state.paused = { ...data, workflow_run_id: run.id };
		return;
	}
	state.finished = data;
	addFiles(state, asObject(outputs).files);
}
