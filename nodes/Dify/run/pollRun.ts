import type { IDataObject } from 'n8n-workflow';

import type { Caller } from '../../shared/client';
import { path } from '../../shared/client';
import { ChatflowError } from '../../shared/errors';
import { tryParseJson } from '../../shared/json';
import { asObject, asText, objectsIn } from '../../shared/values';
import { wait } from '../../shared/wait';
import { dify } from '../transport/dify';
import type { RunReader } from './readEvents';
import { addFiles, filesIn } from './state/files';
import { withStop } from './state/reduce';
import type { RunState } from './state/state';

const MIN_INTERVAL_MS = 1_000;
const MAX_INTERVAL_MS = 30_000;
const REQUEST_TIMEOUT_MS = 30_000;

/** The status of a run whose end is still to come. */
export const UNDER_WAY: ReadonlySet<string> = new Set(['running', 'scheduled']);

/**
 * Asks for the run in growing intervals until it has ended or paused, or the time is up. The first
 * request is made in any case.
 */
export async function pollRun({
	caller,
	state,
	until,
}: Pick<RunReader, 'caller' | 'state' | 'until'>): Promise<void> {
	for (let intervalMs = MIN_INTERVAL_MS; ; intervalMs = Math.min(intervalMs * 2, MAX_INTERVAL_MS)) {
		const run = await readRun(caller, state);
		if (run === 'unknown') return;
		if (run) takeRun(state, run);
		if (state.finished ?? state.paused) return;
		const left = until - Date.now();
		if (left <= 0 || !(await wait(Math.min(intervalMs, left), caller.signal))) return;
	}
}

/** The run's detail; `undefined` if the server cannot be asked now, `unknown` if it has no such run. */
async function readRun(
	caller: Caller,
	{ workflowRunId }: RunState,
): Promise<IDataObject | 'unknown' | undefined> {
	try {
		const client = dify({ ...caller, timeoutMs: REQUEST_TIMEOUT_MS });
		return asObject(await client.get(path`/workflows/run/${workflowRunId}`));
	} catch (error) {
		const status = error instanceof ChatflowError ? (error.attempt.status ?? 0) : 0;
		return status >= 400 && status < 500 ? 'unknown' : undefined;
	}
}

/** Takes a run's detail into the state, as the events would have told it. */
export function takeRun(state: RunState, run: IDataObject): void {
	const status = asText(run.status) ?? '';
	if (status === '' || UNDER_WAY.has(status)) return;
	const outputs = asObject(
		typeof run.outputs === 'string' ? tryParseJson(run.outputs) : run.outputs,
	);
	const { inputs: _inputs, ...rest } = run;
	const data = withStop({ ...rest, outputs });
	if (status === 'paused') {
		state.paused = { ...data, workflow_run_id: run.id };
		return;
	}
	state.finished = data;
	addFiles(state, state.kind === 'workflow' ? filesIn(outputs) : objectsIn(outputs.files));
}
