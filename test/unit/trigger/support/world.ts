import type { IDataObject } from 'n8n-workflow';

import type { ModelDify } from './model';
import type { Answer } from './n8n';
import type { Random } from './random';

/** Something that a trigger has to report. */
export interface Expected {
	/** The item's `event_id`. */
	id: string;
	/** From when on the server shows it. */
	readyMs: number;
	/** Events of one lane come out in the order of `at`. */
	lane: string;
	at: number;
	/** Comes out, if at all, when it is ready: its order is not promised. */
	unordered?: boolean;
	/** May be missed: a status that was over before anybody asked. */
	optional?: boolean;
}

/** A server on which things happen, and what a trigger has to make of them. */
export interface World {
	parameters: IDataObject;
	clock(): number;
	advance(ms: number): void;
	serve(path: string, query: IDataObject): Answer;
	/** Before the activation. */
	past(): void;
	happen(): void;
	expected(): Expected[];
	/** What else has to be true of all items in the end; gives what is not. */
	check?(items: IDataObject[]): string[];
}

export type MakeWorld = (random: Random, startFrom: 'now' | 'all') => World;

/** A world around {@link ModelDify}. */
export function difyWorld(
	dify: ModelDify,
	parts: Pick<World, 'parameters' | 'past' | 'happen' | 'expected' | 'check'>,
): World {
	return {
		...parts,
		clock: () => dify.nowMs,
		advance: (ms) => {
			dify.nowMs += ms;
		},
		serve: dify.serve,
	};
}

/** How many things happen at once: mostly one, sometimes more than fit on pages. */
export function howMany(random: Random): number {
	return random.chance(0.015) ? random.between(90, 330) : 1;
}
