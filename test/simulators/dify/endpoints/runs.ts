import { logFields } from '../chat/run-records';
import type { RequestContext } from '../context';
import { DifyError, invalidParam, notFound } from '../errors';
import { pageByTime } from '../postgres';
import { pydanticMessage } from '../python';
import type { Router } from '../router';
import { rowOf } from '../runRow';
import { seconds, type WorkflowLog } from '../state';
import type { App, Dict } from '../types';

/** 400 not_workflow_app for apps without workflow runs. */
export function requireWorkflow(app: App): void {
	if (app.mode === 'advanced-chat' || app.mode === 'workflow') return;
	throw new DifyError(
		400,
		'not_workflow_app',
		'Please check if your app mode matches the right API route.',
	);
}

const RUN_FIELDS = [
	...['id', 'workflow_id', 'status', 'inputs', 'outputs', 'error', 'total_steps'],
	...['total_tokens', 'created_at', 'finished_at', 'elapsed_time'],
];

/** Up to 1.12 an unknown run has empty fields. `inputs` is a raw JSON string; `outputs` is empty while paused or without any. */
function detail(context: RequestContext): void {
	const { app, core } = context;
	requireWorkflow(app);
	const found = core.state.runs.get(context.param('workflow_run_id'));
	const run = found && rowOf(core, found);
	if (!run || run.appId !== app.id) {
		if (core.traits.execution !== 'request') throw notFound('Workflow run not found.');
		context.send(200, Object.fromEntries(RUN_FIELDS.map((name) => [name, null])));
		return;
	}
	const session = core.sessions.get(run.id);
	const ended = run.finishedAt;
	context.send(200, {
		id: run.id,
		workflow_id: run.workflowId,
		status: run.status,
		inputs: JSON.stringify(run.inputs),
		outputs: run.status === 'paused' ? {} : run.outputs,
		error: run.error,
		total_steps: session?.nodes.length ?? run.totalSteps,
		total_tokens: run.totalTokens,
		created_at: seconds(run.createdAt),
		finished_at: ended === null ? null : seconds(ended),
		elapsed_time: ended === null ? 0 : (ended - run.createdAt) / 1000,
	});
}

const LOG_MODEL = 'WorkflowLogQuery';
const STATUSES = ['succeeded', 'failed', 'stopped', 'partial-succeeded', 'running', 'paused'];

function time(context: RequestContext, name: string): number | undefined {
	const raw = context.query(name);
	if (!raw) return undefined;
	// A time without a zone is UTC, as everywhere on the server.
	const zoned = /(?:Z|[+-]\d\d:?\d\d)$/.test(raw) || !raw.includes('T') ? raw : `${raw}Z`;
	const parsed = Date.parse(zoned);
	if (Number.isNaN(parsed)) throw invalidParam(`Invalid isoformat string: '${raw}'`);
	return parsed;
}

/** The filters of /workflows/logs; an unknown account's e-mail is an error. */
function logFilter(context: RequestContext): (log: WorkflowLog) => boolean {
	const { core } = context;
	const status = context.query('status');
	if (status && !STATUSES.includes(status)) {
		const problem = `Input should be ${STATUSES.map((name) => `'${name}'`).join(', ')}`;
		throw invalidParam(pydanticMessage(LOG_MODEL, 'status', problem, 'enum', status));
	}
	const keyword = context.query('keyword')?.toLowerCase();
	const before = time(context, 'created_at__before');
	const after = time(context, 'created_at__after');
	const session = context.query('created_by_end_user_session_id');
	const account = context.query('created_by_account');
	if (account && !core.state.accounts.some((entry) => entry.email === account)) {
		throw invalidParam(`Account not found: ${account}`);
	}
	return (log) =>
		(!status || log.status === status) &&
		(!keyword || log.text.toLowerCase().includes(keyword)) &&
		(before === undefined || log.createdAt <= before) &&
		(after === undefined || log.createdAt >= after) &&
		(!session || core.state.endUsers.get(log.endUserId ?? '')?.sessionId === session) &&
		(!account || log.account?.email === account);
}

function logItem(context: RequestContext, log: WorkflowLog): Dict {
	const user = context.core.state.endUsers.get(log.endUserId ?? '');
	return {
		id: log.id,
		workflow_run: {
			id: log.runId,
			version: '2025-01-16 12:00:00.000000',
			status: log.status,
			triggered_from: log.triggeredFrom,
			error: log.error,
			elapsed_time: log.elapsedTime,
			total_tokens: log.totalTokens,
			total_steps: log.totalSteps,
			created_at: seconds(log.createdAt),
			finished_at: log.finishedAt === null ? null : seconds(log.finishedAt),
			exceptions_count: log.exceptionsCount,
		},
		details: null,
		created_from: log.createdFrom,
		created_by_role: log.createdByRole,
		created_by_account: log.account,
		created_by_end_user: user
			? {
					id: user.id,
					type: 'service_api',
					is_anonymous: user.isAnonymous,
					session_id: user.sessionId,
				}
			: null,
		created_at: seconds(log.createdAt),
	};
}

function upToDate({ core }: RequestContext, log: WorkflowLog): WorkflowLog {
	const record = core.state.runs.get(log.runId);
	return record ? { ...log, ...logFields(rowOf(core, record)) } : log;
}

/** Only Workflow apps write these logs; for Chatflow apps the list is empty. */
function logs(context: RequestContext): void {
	const { app, core } = context;
	const page = context.integer(LOG_MODEL, 'page', 1, 1, 99_999);
	const limit = context.integer(LOG_MODEL, 'limit', 20, 1, 100);
	const wanted = logFilter(context);
	const found = core.state.logs
		.map((log) => upToDate(context, log))
		.filter((log) => log.appId === app.id && wanted(log));
	const offset = (page - 1) * limit;
	const rows = pageByTime(found, (log) => -log.createdAt, { offset, limit });
	context.send(200, {
		page,
		limit,
		total: found.length,
		has_more: found.length > page * limit,
		data: rows.map((log) => logItem(context, log)),
	});
}

export function addRunRoutes(router: Router): void {
	router
		.add({ method: 'GET', pattern: '/v1/workflows/logs', handler: logs })
		.add({ method: 'GET', pattern: '/v1/workflows/run/{workflow_run_id}', handler: detail });
}
