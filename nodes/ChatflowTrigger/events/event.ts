import type { IDataObject, INodeProperties, IPollFunctions } from 'n8n-workflow';

import type { PollSession } from '../session';
import type { Start } from '../start';

/** What one poll has found. */
export interface Harvest<Cursor> {
	/** New events, oldest first; each with an `event_id` that is the same whenever it comes again. */
	items: IDataObject[];
	/** Where to go on. */
	cursor: Cursor;
	/** Why not everything could be read, when going on is right all the same; told when nothing was found. */
	failure?: unknown;
}

/** One thing that can be waited for. */
export interface TriggerEvent<Cursor extends IDataObject> {
	fields: INodeProperties[];
	credential: 'cybertronApi' | 'difyApi';
	/** What the user chose that makes a cursor worthless when it changes. */
	scope(context: IPollFunctions): unknown;
	/** Whether what n8n has kept is a cursor: another version or somebody by hand may have written it. */
	isCursor(kept: IDataObject): kept is Cursor;
	/** The cursor of a trigger that starts now. */
	begin(session: PollSession, start: Start): Promise<Cursor>;
	/**
	 * What has happened since the cursor. Changes nothing but what it returns, so that whatever fails
	 * is found again by the next poll.
	 */
	collect(session: PollSession, cursor: Cursor): Promise<Harvest<Cursor>>;
	/** A few recent events for the manual test. */
	sample(session: PollSession): Promise<IDataObject[]>;
}

/** How many items one execution gets at most; the rest follows with the next poll. */
export const MAX_ITEMS = 1000;

/** How many items a manual test gets at most. */
export const SAMPLE_SIZE = 10;
