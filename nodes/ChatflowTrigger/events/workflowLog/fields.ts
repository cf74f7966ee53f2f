import type { IDataObject, INodeProperties, IPollFunctions } from 'n8n-workflow';

import { asText } from '../../../shared/objects';
import { startFields } from '../../start';

export const fields: INodeProperties[] = [
	{
		displayName:
			'Dify writes these logs for Workflow apps only. For a Chatflow app choose Conversation Message or Feedback.',
		name: 'workflowLogNotice',
		type: 'notice',
		default: '',
	},
	...startFields,
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		options: [
			{
				displayName: 'Account Email',
				name: 'createdByAccount',
				type: 'string',
				default: '',
				placeholder: 'e.g. name@example.com',
				description: 'Only runs that this member of the workspace started',
			},
			{
				displayName: 'Keyword',
				name: 'keyword',
				type: 'string',
				default: '',
				placeholder: 'e.g. refund',
				description:
					'Only runs with this text in their inputs, outputs or session ID; Dify looks at its first 30 characters',
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
				displayName: 'Status',
				name: 'status',
				type: 'multiOptions',
				options: [
					{ name: 'Failed', value: 'failed' },
					{ name: 'Partially Succeeded', value: 'partial-succeeded' },
					{ name: 'Stopped', value: 'stopped' },
					{ name: 'Succeeded', value: 'succeeded' },
				],
				default: [],
				description:
					'Only runs that ended like this. Runs are always waited for until they have ended.',
			},
		],
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			{
				displayName: 'Include Run Details',
				name: 'includeRunDetails',
				type: 'boolean',
				default: false,
				description:
					'Whether to add inputs and outputs of each run, in the field run_details; one more request for each',
			},
		],
	},
];

/** What the user wants to see of the log. */
export interface LogFilters {
	/** Never changes for an entry, so the server may apply it. */
	fixed: { created_by_account?: string; created_by_end_user_session_id?: string };
	/** Empty: any. */
	statuses: string[];
	keyword?: string;
	includeRunDetails: boolean;
}

/** Reads the filters and options of the trigger. */
export function filtersOf(context: IPollFunctions): LogFilters {
	const filters = context.getNodeParameter('filters', {}) as IDataObject;
	const options = context.getNodeParameter('options', {}) as IDataObject;
	const text = (value: unknown) => asText(asText(value)?.trim());
	return {
		fixed: {
			created_by_account: text(filters.createdByAccount),
			created_by_end_user_session_id: text(filters.createdByEndUserSessionId),
		},
		statuses: Array.isArray(filters.status) ? filters.status.map(String).sort() : [],
		keyword: text(filters.keyword),
		includeRunDetails: options.includeRunDetails === true,
	};
}
