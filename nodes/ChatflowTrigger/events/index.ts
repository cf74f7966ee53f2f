import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { conversationMessage } from './conversationMessage';
import { documentIndexed } from './documentIndexed';
import type { TriggerEvent } from './event';
import { feedback } from './feedback';
import { offlineFileStatus } from './offlineFileStatus';
import { workflowLog } from './workflowLog';

/** All events, by the value of Trigger On. A cursor is only ever given to the event that made it. */
export const events: Record<string, TriggerEvent<IDataObject>> = {
	conversationMessage,
	documentIndexed,
	feedback,
	offlineFileStatus,
	workflowLog,
};

/** The events that need another credential than this one. */
export function eventsWithout(credential: string): string[] {
	return Object.keys(events).filter((name) => events[name]?.credential !== credential);
}

/** The fields of all events, each shown for its own event only. */
export const eventFields: INodeProperties[] = Object.entries(events).flatMap(
	([event, { fields }]) => updateDisplayOptions({ show: { event: [event] } }, fields),
);
