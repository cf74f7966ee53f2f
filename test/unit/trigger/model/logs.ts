import type { IDataObject } from 'n8n-workflow';

import { sortedPage } from '../../../simulators/shared/tuplesort';
import type { Answer } from './network';
import { invalid, notFound } from './world';

/** A row of `workflow_app_logs` that has been committed, with its run. */
export interface LogRow {
	id: string;
	runId: string;
	/** Seconds. */
	createdAt: number;
	/** `null`: the run is written later, or never (Celery repository). */
	status: string | null;
	/** What the run ended with. */
	finalStatus: string;
	finishedAt: number | null;
	session: string;
	/** E-mail, where a member of the workspace started it. */
	account: string | null;
	inputs: string;
	outputs: string;
}

const ACCOUNTS = ['owner@example.com'];

/** `/workflows/logs` and `/workflows/run/{id}` of a Workflow app. */
export class LogTable {
	/** In the order in which PostgreSQL finds them on the disk. */
	rows: LogRow[] = [];

	serve(path: string, query: IDataObject): Answer {
		if (path === '/workflows/logs') return this.list(query);
		if (!path.startsWith('/workflows/run/')) return notFound('Not found');
		const id = decodeURIComponent(path.slice('/workflows/run/'.length));
		const row = this.rows.find(({ runId }) => runId === id);
		if (!row || row.status === null) return notFound('Workflow run not found.');
		return { body: { ...run(row), inputs: row.inputs, outputs: { text: row.outputs } } };
	}

	private list(query: IDataObject): Answer {
		const page = Number(query.page ?? 1);
		const limit = Number(query.limit ?? 20);
		if (!(limit >= 1 && limit <= 100) || !(page >= 1 && page <= 99_999)) {
			return invalid('1 validation error for WorkflowLogQuery');
		}
		const account = query.created_by_account;
		if (account !== undefined && !ACCOUNTS.includes(String(account))) {
			return invalid(`Account not found: ${String(account)}`);
		}
		const found = this.rows.filter(matching(query));
		const total = found.length;
		const range = { offset: (page - 1) * limit, limit };
		const data = sortedPage(found, (a, b) => b.createdAt - a.createdAt, range).map(entry);
		return { body: { page, limit, total, has_more: total > page * limit, data } };
	}
}

function matching(query: IDataObject): (row: LogRow) => boolean {
	const { keyword, status, created_at__after: after, created_at__before: before } = query;
	const { created_by_end_user_session_id: session, created_by_account: account } = query;
	const fromSecond = after === undefined ? -Infinity : seconds(after);
	const toSecond = before === undefined ? Infinity : seconds(before);
	return (row) => {
		if (row.createdAt < fromSecond || row.createdAt > toSecond) return false;
		if (status !== undefined && row.status !== status) return false;
		const isRead = keyword === undefined || (row.status !== null && mentions(row, String(keyword)));
		if (!isRead) return false;
		if (session !== undefined && (row.account !== null || row.session !== session)) return false;
		return account === undefined || row.account === account;
	};
}

function mentions(row: LogRow, keyword: string): boolean {
	if (keyword === row.runId) return true;
	const wanted = keyword.slice(0, 30).toLowerCase();
	const texts = [row.inputs, row.finishedAt === null ? '' : row.outputs, row.session];
	return texts.some((text) => text.toLowerCase().includes(wanted));
}

/** A time without a zone is taken as UTC. */
function seconds(value: unknown): number {
	const text = String(value);
	const hasZone = /Z$|[+-]\d\d:?\d\d$/.test(text);
	const ms = Date.parse(hasZone ? text : `${text}Z`);
	if (Number.isNaN(ms)) throw new Error(`The server cannot read the time "${text}"`);
	return ms / 1000;
}

function run(row: LogRow): IDataObject {
	return {
		id: row.runId,
		version: '1',
		status: row.status,
		triggered_from: 'app-run',
		error: row.status === 'failed' ? 'Error' : null,
		elapsed_time: 1.5,
		total_tokens: 0,
		total_steps: 2,
		created_at: row.createdAt,
		finished_at: row.finishedAt,
		exceptions_count: 0,
	};
}

function entry(row: LogRow): IDataObject {
	const isUser = row.account === null;
	return {
		id: row.id,
		workflow_run: row.status === null ? null : run(row),
		details: null,
		created_from: 'service-api',
		created_by_role: isUser ? 'end_user' : 'account',
		created_by_account: isUser ? null : { id: 'a', name: 'Owner', email: row.account },
		created_by_end_user: isUser
			? { id: 'u', type: 'service_api', is_anonymous: false, session_id: row.session }
			: null,
		created_at: row.createdAt,
	};
}
