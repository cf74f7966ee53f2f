import type { INodeProperties, IPollFunctions } from 'n8n-workflow';
import { NodeOperationError, tryToParseDateTime } from 'n8n-workflow';

/** Where a trigger begins when it has no place yet. */
export type Start =
	| { from: 'now' }
	| { from: 'all' }
	/** Seconds since the epoch. */
	| { from: 'date'; at: number };

const afresh = (choice: string) =>
	`Used when the trigger starts afresh: at its first activation, and after the credential or ${choice} was changed or the node renamed`;

/** For the events of Dify, which have a history. */
export const startFields: INodeProperties[] = [
	{
		displayName: 'Start From',
		name: 'startFrom',
		type: 'options',
		options: [
			{
				name: 'All',
				value: 'all',
				description: 'Also everything that is there already, oldest first',
			},
			{ name: 'Date', value: 'date', description: 'Also what happened since a date' },
			{ name: 'Now', value: 'now', description: 'Only what happens from the activation on' },
		],
		default: 'now',
		description: afresh('a filter'),
	},
	{
		displayName: 'Start Date',
		name: 'startDate',
		type: 'dateTime',
		displayOptions: { show: { startFrom: ['date'] } },
		default: '',
		description:
			'The time of the first event; without a zone it is in the time zone of the workflow',
		required: true,
	},
];

/** For files that are watched from a certain moment on. */
export const startField: INodeProperties = {
	displayName: 'Start From',
	name: 'startFrom',
	type: 'options',
	options: [
		{
			name: 'All',
			value: 'all',
			description: 'Also the status that each file has at the activation',
		},
		{ name: 'Now', value: 'now', description: 'Only what changes from the activation on' },
	],
	default: 'now',
	description: afresh('Wait Until'),
};

/**
 * What the user chose.
 *
 * @throws NodeOperationError when the date cannot be read.
 */
export function startOf(context: IPollFunctions): Start {
	const from = context.getNodeParameter('startFrom', 'now');
	if (from === 'all') return { from };
	if (from !== 'date') return { from: 'now' };
	return { from, at: seconds(context, context.getNodeParameter('startDate', '')) };
}

function seconds(context: IPollFunctions, date: unknown): number {
	try {
		return Math.floor(tryToParseDateTime(date, context.getTimezone()).toSeconds());
	} catch {
		throw new NodeOperationError(context.getNode(), 'Start Date is not a date', {
			description: 'Choose a date, or give one such as 2026-01-31T08:00:00',
		});
	}
}
