import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { byDisplayName } from '../../../shared/fields';
import { defined, trimmed } from '../../../shared/values';

/** Filters that both lists know. */
const periodFilters: INodeProperties[] = [
	{
		displayName: 'Created After',
		name: 'createStartTime',
		type: 'dateTime',
		default: '',
		description: "In the server's own time zone",
	},
	{
		displayName: 'Created Before',
		name: 'createEndTime',
		type: 'dateTime',
		default: '',
		description: "In the server's own time zone",
	},
	{
		displayName: 'Message Source',
		name: 'messageSource',
		type: 'string',
		default: '',
		placeholder: 'e.g. openapi-ws',
		description: 'Where the messages came from, for example openapi-ws, openapi-http or web',
	},
];

/** The collection of filters of a list: its own, and those that both lists know. */
export function filtersField(...own: INodeProperties[]): INodeProperties {
	return {
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		options: [...own, ...periodFilters].sort(byDisplayName),
	};
}

/** The request fields of {@link periodFilters}. */
export function periodFields(filters: IDataObject): IDataObject {
	return defined({
		create_start_time: serverTime(filters.createStartTime),
		create_end_time: serverTime(filters.createEndTime),
		message_source: trimmed(filters.messageSource),
	});
}

/** `2024-10-01 00:00:00`, as the server wants it; the zone of the given time is not converted. */
function serverTime(given: unknown): string | undefined {
	const text = String(given ?? '').trim();
	const [, date, time = '00:00', seconds = ':00'] =
		/^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?)?/.exec(text) ?? [];
	if (date) return `${date} ${time}${seconds}`;
	return text || undefined;
}
