import type { INodeProperties } from 'n8n-workflow';

import { byDisplayName } from './fields';

const concurrencyOption: INodeProperties = {
	displayName: 'Concurrency',
	name: 'concurrency',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 1,
	description:
		'How many items to work on at once. The order of the output stays, and items of one conversation never run at the same time.',
};

export const timeoutOption: INodeProperties = {
	displayName: 'Timeout',
	name: 'timeout',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 120,
	description:
		'How many seconds to wait for the server to respond, or to go on responding, before giving up',
};

/** The collection at the end of every operation: its own options beside those that all have. */
export function optionsField(...own: INodeProperties[]): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [...own, concurrencyOption, timeoutOption].sort(byDisplayName),
	};
}

/** Timers of Node end at once if they are set for longer: just below 2^31 milliseconds. */
const MAX_SECONDS = 2_147_000;

/** A number of seconds in milliseconds; `byDefault` seconds if it is not a positive number. */
export function secondsMs(given: unknown, byDefault: number): number {
	const seconds = Number(given ?? byDefault);
	const valid = Number.isFinite(seconds) && seconds > 0 ? seconds : byDefault;
	return Math.min(valid, MAX_SECONDS) * 1000;
}
