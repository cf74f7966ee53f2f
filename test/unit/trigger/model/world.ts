import type { IDataObject } from 'n8n-workflow';

import type { Clock } from './clock';
import type { Poll } from './n8n';
import type { Answer } from './network';
import type { Draw } from './random';

/** Something that happens on the server; plain data, so that a history can be printed and shortened. */
export interface Step {
	atMs: number;
	do: string;
	/** Draws the details. */
	seed: number;
	[detail: string]: number | string | boolean;
}

/** One event that the trigger has to give once. */
export interface Expected {
	id: string;
	/** From when on it can be given: it is visible and final. */
	readyMs: number;
	/** Whether it may be missing. */
	optional?: boolean;
	/** Events of a lane come by the time of `at`; without one it may come at any time. */
	lane?: string;
	/** Seconds. */
	at: number;
	/** Gives what is wrong with the item. */
	check?: (item: IDataObject) => string | undefined;
}

/** When the trigger began: the first poll whose result was saved. */
export interface Began {
	startMs: number;
	endMs: number;
}

/** A server with what happens on it, and what a trigger has to make of it. */
export interface World {
	serve(path: string, query: IDataObject, method: string): Answer;
	/** Lets a step happen, now or in parts later. */
	apply(step: Step): void;
	/** After this time nothing happens any more that was begun. */
	readonly lastMs: number;
	/** Whether the server itself fails for some records at this time, so that a poll may tell it. */
	readonly isBroken?: boolean;
	/** How many requests a poll needs when nothing happens; 1 if not told. */
	readonly unfinished?: number;
	/** Whether there are events that come only after they were waited for in vain. */
	readonly waits?: boolean;
	/** What is wrong with all that was given. */
	judge(polls: Poll[], began: Began): string[];
	/** How many events there are to give, to know how many polls that may take. */
	readonly size: number;
}

/** What belongs to one event of the trigger. */
export interface EventModel {
	parameters(draw: Draw): IDataObject;
	/** What happened before the activation, and until `endMs`. */
	steps(draw: Draw, times: { startMs: number; endMs: number; pollsMs: number[] }): Step[];
	world(clock: Clock, parameters: IDataObject): World;
}

/** `CURRENT_TIMESTAMP(0)`: PostgreSQL rounds to the second, so it may lie in the future. */
export function currentTimestamp0(ms: number): number {
	return Math.round(ms / 1000);
}

/** Dify's own 404. */
export function notFound(message: string): Answer {
	return { status: 404, body: { code: 'not_found', message, status: 404 } };
}

export function invalid(message: string): Answer {
	return { status: 400, body: { code: 'invalid_param', message, status: 400 } };
}
