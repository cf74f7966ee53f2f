import type { INodeProperties, INodePropertyOptions, IPollFunctions } from 'n8n-workflow';
import { tryToParseDateTime } from 'n8n-workflow';

import { invalidValue } from '../shared/errors';

/** Where a trigger begins if it has no position yet: now, or at a second since the epoch; 0 is all. */
export type Start = 'now' | number;

/** Where to start; `choice` names the parameter whose change lets the trigger start over. */
export function startFromField(choice: string, options: INodePropertyOptions[]): INodeProperties {
	return {
		displayName: 'Start From',
		name: 'startFrom',
		type: 'options',
		options,
		default: 'now',
		description: `Used when the trigger starts over: when it is first activated, and after a change of the credential, ${choice} or the node's name`,
	};
}

/** For the events of Dify, which has a history of them. */
export const startFields: INodeProperties[] = [
	startFromField('a filter', [
		{ name: 'All', value: 'all', description: 'Existing events, oldest first, then new ones' },
		{ name: 'Date', value: 'date', description: 'Events since a date, then new ones' },
		{ name: 'Now', value: 'now', description: 'New events only' },
	]),
	{
		displayName: 'Start Date',
		name: 'startDate',
		type: 'dateTime',
		displayOptions: { show: { startFrom: ['date'] } },
		default: '',
		description:
			'The earliest time of an event. Without a time zone, that of the workflow applies.',
		required: true,
	},
];

/** For files, of which only the present status is known. */
export const startField = startFromField('Wait Until', [
	{ name: 'All', value: 'all', description: 'The status at the activation, then every change' },
	{ name: 'Now', value: 'now', description: 'Changes after the activation only' },
]);

/**
 * What the user chose.
 *
 * @throws ChatflowError if the date cannot be parsed.
 */
export function startOf(context: IPollFunctions): Start {
	const from = context.getNodeParameter('startFrom', 'now');
	if (from !== 'date') return from === 'all' ? 0 : 'now';
	try {
		const date = context.getNodeParameter('startDate', '');
		return Math.max(0, Math.floor(tryToParseDateTime(date, context.getTimezone()).toSeconds()));
	} catch {
		throw invalidValue(
			'Start Date is not a date',
			'Choose a date, or enter one such as 2026-01-31T08:00:00',
		);
	}
}
