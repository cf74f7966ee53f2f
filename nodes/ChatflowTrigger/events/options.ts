import type { IDataObject, INodeProperties, IPollFunctions } from 'n8n-workflow';

import { simplified, simplifyOption } from '../../Dify/actions/simplify';
import { byDisplayName } from '../../shared/fields';
import { withIsoTimes } from '../records';

/** Max items of one execution, whatever the option says. */
const MAX_EVENTS = 1000;

const maxEventsOption: INodeProperties = {
	displayName: 'Max Events Per Poll',
	name: 'maxEvents',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: MAX_EVENTS },
	default: MAX_EVENTS,
	description:
		'Max number of events to start the workflow with at once; the next poll brings the rest',
};

/** The collection at the end of every event of Dify. */
export function optionsField(...own: INodeProperties[]): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [...own, maxEventsOption, simplifyOption].sort(byDisplayName),
	};
}

/** What the user chose among the options. */
export function optionsOf(context: IPollFunctions): IDataObject {
	return context.getNodeParameter('options', {}) as IDataObject;
}

/** How many events a poll may give. */
export function maxEvents(context: IPollFunctions): number {
	const chosen = Math.floor(Number(optionsOf(context).maxEvents));
	return chosen >= 1 ? Math.min(chosen, MAX_EVENTS) : MAX_EVENTS;
}

/** A record as the workflow gets it; `fields` are those that Simplify leaves. */
export function toEvent(
	context: IPollFunctions,
	eventId: unknown,
	record: IDataObject,
	fields: string[],
): IDataObject {
	const event = { event_id: String(eventId), ...withIsoTimes(record) };
	return simplified(event, optionsOf(context), ['event_id', ...fields]);
}
