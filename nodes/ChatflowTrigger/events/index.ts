import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { conversationMessage } from './conversationMessage';
import type { TriggerEvent } from './event';
import { feedback } from './feedback';
import { offlineFileStatus } from './offlineFileStatus';
import { workflowLog } from './workflowLog';

/** All events, by the value of Trigger On. A cursor is only ever given to the event that made it. */
export const events: Record<string, TriggerEvent<IDataObject>> = {
	conversationMessage,
	feedback,
	offlineFileStatus,
	workflowLog,
};

/** The events that need a credential of this type. */
export function eventsOf(credential: string): string[] {
	return Object.keys(events).filter((name) => events[name]?.credential === credential);
}

/** The fields of all events, each shown for its own event only. */
export const eventFields: INodeProperties[] = Object.entries(events).flatMap(
	([event, { fields }]) => updateDisplayOptions({ show: { event: [event] } }, fields),
);
