import type { IDataObject, INodeProperties, IPollFunctions } from 'n8n-workflow';

import type { PollCaller } from '../pollCaller';
import type { Start } from '../start';

/** What one poll has found. */
export interface PollResult<Cursor> {
	/** New events, oldest first. An event that comes again has the same `event_id`. */
	items: IDataObject[];
	/** Where the next poll goes on. */
	cursor: Cursor;
	/** Why not everything could be read, if the cursor holds all the same. Shown if there are no items. */
	error?: Error;
}

/** One thing that the trigger can wait for. */
export interface TriggerEvent<Cursor extends IDataObject> {
	fields: INodeProperties[];
	credential: 'cybertronApi' | 'difyApi' | 'difyKnowledgeApi';
	/** The parameters that make a cursor useless if they change. */
	scope(context: IPollFunctions): unknown;
	/** Whether saved data is a cursor: another version, or somebody by hand, may have written it. */
	isCursor(saved: IDataObject): saved is Cursor;
	/** The cursor of a trigger that starts now. */
	begin(poll: PollCaller, start: Start): Promise<Cursor>;
	/** What has happened since the cursor. Has no side effects: a poll that fails is simply repeated. */
	collect(poll: PollCaller, cursor: Cursor): Promise<PollResult<Cursor>>;
	/** A few recent events for a manual test. */
	sample(poll: PollCaller): Promise<IDataObject[]>;
}

/** Max items of a manual test. */
export const SAMPLE_SIZE = 10;
