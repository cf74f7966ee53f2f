import type { IDataObject } from 'n8n-workflow';

import { readText } from '../../shared/body';
import type { Caller } from '../../shared/client';
import { path } from '../../shared/client';
import { tryParseJson } from '../../shared/json';
import { asObject, asText, isObject, objectsIn } from '../../shared/values';
import { wait } from '../../shared/wait';
import { dify } from '../transport/dify';
import type { Message } from './message';
import type { RunState } from './state/state';

/** A row is written as soon as its run starts; milliseconds before each further look. */
const DELAYS_MS = [1_000, 2_000, 4_000, 8_000, 15_000];
const REQUEST_TIMEOUT_MS = 30_000;
const PAGE_SIZE = 100;
/** The times of the log are whole seconds, and so is that of the server. */
const PRECISION_MS = 2_000;

/** The runs that the items of an execution have begun: none of them is that of another item. */
export interface KnownRuns {
	active: Set<RunState>;
	ended: Set<string>;
}

/**
 * Looks for a run in the log of a Workflow app if the response that names it was lost: one of the
 * same user, with the same inputs, begun since then, and of no other item. Nothing is taken if there
 * are several of them.
 *
 * @param sentAt When the run was asked for, epoch milliseconds.
 */
export async function findRun(
	caller: Caller,
	{ body, user }: Message,
	state: RunState,
	runs: KnownRuns,
	sentAt: number,
): Promise<void> {
	const isOthers = (id: string) =>
		runs.ended.has(id) || [...runs.active].some(({ workflowRunId }) => workflowRunId === id);
	for (const delayMs of [0, ...DELAYS_MS]) {
		if (!(await wait(delayMs, caller.signal))) return;
		const ids = await begunSince(caller, user, sentAt);
		const found: string[] = [];
		for (const id of ids.filter((id) => !isOthers(id))) {
			if (await hasInputs(caller, id, asObject(body.inputs))) found.push(id);
		}
		const free = found.filter((id) => !isOthers(id));
		if (free.length === 1) state.workflowRunId = free[0];
		if (free.length > 0) return;
	}
}

/** The runs of a user since a time of this computer, which may differ from the server's. */
async function begunSince(caller: Caller, user: string, sentAt: number): Promise<string[]> {
	try {
		const response = await dify({ ...caller, timeoutMs: REQUEST_TIMEOUT_MS }).open({
			path: '/workflows/logs',
			qs: { created_by_end_user_session_id: user, limit: PAGE_SIZE },
		});
		const ahead = (Date.parse(response.headers.date ?? '') || Date.now()) - Date.now();
		const limits = { idleMs: REQUEST_TIMEOUT_MS, until: Date.now() + REQUEST_TIMEOUT_MS };
		const { data } = asObject(tryParseJson(await readText('Dify', response, limits)));
		return objectsIn(data).flatMap(({ workflow_run: run, created_at: createdAt }) => {
			const isSince = Number(createdAt) * 1000 >= sentAt + ahead - PRECISION_MS;
			const id = asText(asObject(run).id);
			return isSince && id !== undefined ? [id] : [];
		});
	} catch {
		return [];
	}
}

async function hasInputs(caller: Caller, id: string, inputs: IDataObject): Promise<boolean> {
	try {
		const client = dify({ ...caller, timeoutMs: REQUEST_TIMEOUT_MS });
		const run = asObject(await client.get(path`/workflows/run/${id}`));
		const known = asObject(typeof run.inputs === 'string' ? tryParseJson(run.inputs) : run.inputs);
		return Object.entries(inputs).every(([name, value]) => isSame(value, known[name]));
	} catch {
		return false;
	}
}

/** Servers leave out what the app does not ask for, make numbers of texts, and describe files at length. */
function isSame(sent: unknown, known: unknown): boolean {
	if (known === undefined || typeof sent === 'object' || isObject(known)) return true;
	return String(sent) === String(known);
}
