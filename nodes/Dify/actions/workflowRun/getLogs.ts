import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { tryToParseDateTime } from 'n8n-workflow';

import { invalidValue } from '../../../shared/errors';
import { limitField, returnAllField } from '../../../shared/fields';
import type { Item } from '../../../shared/item';
import type { Operation } from '../../../shared/operation';
import { jsonList } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { asObject, asText, defined } from '../../../shared/values';
import { LIST_RULES, readList } from '../../transport/lists';
import { simplifyOption } from '../simplify';

const filterOptions: INodeProperties[] = [
	{
		displayName: 'Created After',
		name: 'createdAtAfter',
		type: 'dateTime',
		default: '',
		description: 'Only runs that were started after this time',
	},
	{
		displayName: 'Created Before',
		name: 'createdAtBefore',
		type: 'dateTime',
		default: '',
		description: 'Only runs that were started before this time',
	},
	{
		displayName: 'Account Email',
		name: 'createdByAccount',
		type: 'string',
		default: '',
		placeholder: 'e.g. name@example.com',
		description: 'Only runs that this member of the workspace started',
	},
	{
		displayName: 'Session ID',
		name: 'createdByEndUserSessionId',
		type: 'string',
		default: '',
		placeholder: 'e.g. customer-42',
		description: 'Only runs of this end user: the User that the run was started with',
	},
	{
		displayName: 'Keyword',
		name: 'keyword',
		type: 'string',
		default: '',
		placeholder: 'e.g. refund',
		description: 'Only runs whose inputs or outputs contain this text',
	},
	{
		displayName: 'Status',
		name: 'status',
		type: 'options',
		options: [
			{ name: 'Failed', value: 'failed' },
			{ name: 'Stopped', value: 'stopped' },
			{ name: 'Succeeded', value: 'succeeded' },
		],
		default: 'failed',
		description: 'Only runs that ended this way',
	},
];

const logsNotice: INodeProperties = {
	displayName:
		'Dify writes these logs for Workflow apps. For a Chatflow app the list is empty on most servers: use Conversation > Get Messages and Workflow Run > Get instead.',
	name: 'logsNotice',
	type: 'notice',
	default: '',
};

/** GET /workflows/logs. */
export const getLogs: Operation = {
	name: 'Get Logs',
	action: 'Get workflow logs',
	description:
		'Get the log of runs. Dify writes it for Workflow apps; for Chatflow apps it is empty on most servers.',
	fields: [logsNotice, returnAllField, limitField, optionsField(simplifyOption, ...filterOptions)],
	execute: async (item) => {
		const { options } = item;
		const logs = await readList(item, {
			path: '/workflows/logs',
			rule: LIST_RULES.logs,
			query: defined({
				keyword: asText(options.keyword),
				status: asText(options.status),
				created_at__before: time(item, 'Created Before', options.createdAtBefore),
				created_at__after: time(item, 'Created After', options.createdAtAfter),
				created_by_end_user_session_id: asText(options.createdByEndUserSessionId),
				created_by_account: asText(options.createdByAccount),
			}),
		});
		return jsonList(options.simplify === true ? logs.map(simpleLog) : logs);
	},
};

function time({ context }: Item, label: string, given: unknown): string | undefined {
	if (given === undefined || given === null || given === '') return undefined;
	const time = utcTime(given, context.getTimezone());
	if (time !== undefined) return time;
	throw invalidValue(
		`${label} is not a date`,
		'Write it as 2025-01-31T09:30:00, or with an offset as 2025-01-31T09:30:00+01:00',
	);
}

/** n8n also takes texts such as "Flight 5" for dates. */
const ISO_DATE = /^\s*\d{4}-\d\d-\d\d/;

/**
 * A point in time as an ISO text in UTC, in whole seconds: Dify takes times without a zone for UTC.
 *
 * @param given A text, which is in `timeZone` unless it names an offset, or a date object.
 * @returns `undefined` if it is not a date.
 */
export function utcTime(given: unknown, timeZone: string): string | undefined {
	const text: unknown = JSON.parse(JSON.stringify(given));
	if (typeof text !== 'string' || !ISO_DATE.test(text)) return undefined;
	try {
		const milliseconds = tryToParseDateTime(text, timeZone).toMillis();
		return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
	} catch {
		return undefined;
	}
}

/** The fields that most people need, on one level. */
function simpleLog(log: IDataObject): IDataObject {
	const run = asObject(log.workflow_run);
	return {
		id: log.id,
		workflow_run_id: run.id,
		status: run.status,
		error_message: run.error || null,
		elapsed_time: run.elapsed_time,
		total_tokens: run.total_tokens,
		created_by:
			asObject(log.created_by_end_user).session_id ??
			asObject(log.created_by_account).email ??
			null,
		created_at: log.created_at,
		finished_at: run.finished_at,
	};
}
