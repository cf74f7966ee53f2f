import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';
import { NodeOperationError, updateDisplayOptions } from 'n8n-workflow';

import { limitField, returnAllField } from '../../../shared/descriptions';
import { asObject, asText, defined } from '../../../shared/objects';
import { LIST_RULES } from '../../transport/paging';
import { readList } from '../list';
import { optionsField, optionsOf } from '../options';
import { simplifyOption } from '../simplify';
import { utcTime } from './utcTime';

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

export const description = updateDisplayOptions(
	{ show: { resource: ['workflowRun'], operation: ['getLogs'] } },
	[
		{
			displayName:
				'Dify writes these logs for Workflow apps. For a Chatflow app the list is empty on most servers: use Conversation > Get Messages and Workflow Run > Get instead.',
			name: 'logsNotice',
			type: 'notice',
			default: '',
		},
		returnAllField,
		limitField,
		optionsField(simplifyOption, ...filterOptions),
	],
);

/** The log of runs, newest first (GET /workflows/logs). */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const options = optionsOf(context, itemIndex);
	const logs = await readList(context, itemIndex, {
		path: '/workflows/logs',
		rule: LIST_RULES.logs,
		query: defined({
			keyword: asText(options.keyword),
			status: asText(options.status),
			created_at__before: time(context, itemIndex, 'Created Before', options.createdAtBefore),
			created_at__after: time(context, itemIndex, 'Created After', options.createdAtAfter),
			created_by_end_user_session_id: asText(options.createdByEndUserSessionId),
			created_by_account: asText(options.createdByAccount),
		}),
	});
	return logs.map((log) => ({ json: options.simplify === true ? simpleLog(log) : log }));
}

function time(
	context: IExecuteFunctions,
	itemIndex: number,
	name: string,
	given: unknown,
): string | undefined {
	if (given === undefined || given === null || given === '') return undefined;
	const time = utcTime(given, context.getTimezone());
	if (time) return time;
	throw new NodeOperationError(context.getNode(), `${name} is not a date`, {
		itemIndex,
		description: 'Write it as 2025-01-31T09:30:00, or with an offset as 2025-01-31T09:30:00+01:00',
	});
}

/** One level, with the fields that most people need. */
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
