import type { IDataObject, INodeProperties, IPollFunctions } from 'n8n-workflow';

import { trimmed } from '../../../shared/values';
import { startFields } from '../../start';
import { optionsField, optionsOf } from '../options';

export const fields: INodeProperties[] = [
	{
		displayName:
			'Dify writes these logs for Workflow apps only. For a Chatflow app, choose Conversation Message or Feedback.',
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
					'Only runs with this text in their inputs, outputs or session ID. Dify uses its first 30 characters.',
			},
			{
				displayName: 'Session ID',
				name: 'createdByEndUserSessionId',
				type: 'string',
				default: '',
				placeholder: 'e.g. customer-42',
				description: 'Only runs of this end user, which is the User that the run was started with',
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
					'Only runs that ended with one of these statuses. Runs are never reported before they have ended.',
			},
		],
	},
	optionsField({
		displayName: 'Include Run Details',
		name: 'includeRunDetails',
		type: 'boolean',
		default: false,
		description:
			'Whether to add the inputs and outputs of each run in the field run_details, which takes one more request per run',
	}),
];

/** Which runs the user wants, and what of them. */
export interface LogFilters {
	/** Filters whose result never changes for an entry, so that the server may apply them. */
	fixed: { created_by_account?: string; created_by_end_user_session_id?: string };
	/** Empty: any. */
	statuses: string[];
	keyword?: string;
	includeRunDetails: boolean;
}

/** The filters and options of the trigger. */
export function filtersOf(context: IPollFunctions): LogFilters {
	const filters = context.getNodeParameter('filters', {}) as IDataObject;
	return {
		fixed: {
			created_by_account: trimmed(filters.createdByAccount),
			created_by_end_user_session_id: trimmed(filters.createdByEndUserSessionId),
		},
		statuses: Array.isArray(filters.status) ? filters.status.map(String).sort() : [],
		keyword: trimmed(filters.keyword),
		includeRunDetails: optionsOf(context).includeRunDetails === true,
	};
}
