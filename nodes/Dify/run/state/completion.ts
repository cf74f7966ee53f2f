import type { IDataObject } from 'n8n-workflow';

import type { OutputMode } from '../../../shared/fields';
import { aggregated, answerOf, events, idsOf } from './outputs';
import type { RunState } from './state';

/** What a Completion app has nothing to say about: it knows neither conversations nor workflow runs. */
const NOT_THERE = new Set([
	'conversation_id',
	'workflow_run_id',
	'outputs',
	'elapsed_time',
	'total_tokens',
	'total_steps',
	'nodes',
]);

function withoutRun(json: IDataObject): IDataObject {
	return Object.fromEntries(Object.entries(json).filter(([key]) => !NOT_THERE.has(key)));
}

function generated(state: RunState): IDataObject[] {
	return [withoutRun(aggregated(state))];
}

/** One item: what blocking mode returns, and how it ended. */
export const COMPLETION_OUTPUTS: Record<OutputMode, (state: RunState) => IDataObject[]> = {
	aggregated: generated,
	perNode: generated,
	events,
};

/** What an error keeps. */
export function completionReceived(state: RunState): IDataObject {
	return withoutRun({ answer: answerOf(state), ...idsOf(state) });
}
