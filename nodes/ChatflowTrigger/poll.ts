import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { cybertronBaseUrl, difyBaseUrl } from '../shared/baseUrl';
import { asNodeError } from '../shared/errors';
import { digest } from './digest';
import { events } from './events';
import type { TriggerEvent } from './events/event';
import { failureKey } from './failure';
import type { PollSession } from './session';
import { openSession } from './session';
import { startOf } from './start';
import { cursorFor, isNews, isOver, isOvertaken, moved, positionOf, troubleOf } from './state';

type Output = INodeExecutionData[][] | null;

/**
 * One poll of the trigger, from n8n's memory to the items of an execution. The memory changes only
 * after everything has succeeded, so whatever fails or crashes is found again by the next poll.
 *
 * @returns `null` when there is nothing new.
 * @throws NodeApiError or NodeOperationError when the user has to know.
 */
export async function poll(context: IPollFunctions): Promise<Output> {
	const event = chosenEvent(context);
	const session = openSession(context);
	// A test by hand must not use up real events: it neither reads nor writes the memory.
	if (context.getMode() === 'manual') return await sampleOf(event, session);

	const memory = context.getWorkflowStaticData('node');
	const before = positionOf(memory);
	let hasPlace = before !== undefined;
	try {
		const scope = await scopeOf(context, event);
		const known = cursorFor(before, scope, (cursor) => event.isCursor(cursor));
		hasPlace = known !== undefined;
		const cursor = known ?? (await event.begin(session, startOf(context)));
		const { items, cursor: reached, failure } = await event.collect(session, cursor);
		if (isOvertaken(before, positionOf(memory))) return null;
		const after = moved(before, scope, reached);
		if (after !== before) memory.position = after;
		if (failure !== undefined && items.length === 0) return report(context, memory, failure);
		if (failure === undefined && isOver(troubleOf(memory))) delete memory.trouble;
		return toOutput(items);
	} catch (error) {
		// Without a place the trigger has not started, and n8n must not believe that it has.
		if (hasPlace) return report(context, memory, error);
		throw triggerError(context, error);
	}
}

async function sampleOf(event: TriggerEvent<IDataObject>, session: PollSession): Promise<Output> {
	try {
		return toOutput(await event.sample(session));
	} catch (error) {
		throw triggerError(session.context, error);
	}
}

function chosenEvent(context: IPollFunctions): TriggerEvent<IDataObject> {
	const name = String(context.getNodeParameter('event', ''));
	const event = events[name];
	if (event) return event;
	throw new NodeOperationError(context.getNode(), `There is no event "${name}"`, {
		description: 'Choose an event from the list Trigger On',
	});
}

const CREDENTIAL_OF = {
	difyApi: ({ baseUrl, apiKey }: IDataObject) => [difyBaseUrl(baseUrl), text(apiKey)],
	cybertronApi: ({ baseUrl, robotKey, username }: IDataObject) => [
		cybertronBaseUrl(baseUrl),
		text(robotKey),
		text(username),
	],
};

/** Names what a cursor belongs to; changes with server, key, event and filters. Holds no secret. */
async function scopeOf(
	context: IPollFunctions,
	{ credential, scope }: TriggerEvent<IDataObject>,
): Promise<string> {
	const owner = CREDENTIAL_OF[credential](await context.getCredentials(credential));
	const event = context.getNodeParameter('event');
	return `${event}:${digest([owner, scope(context)])}`;
}

/** Shows a failure to the user, unless it has been shown a short while ago. */
function report(context: IPollFunctions, memory: IDataObject, error: unknown): null {
	const key = failureKey(error);
	const now = Date.now();
	if (!isNews(troubleOf(memory), key, now)) return null;
	memory.trouble = { key, reportedAt: now };
	throw triggerError(context, error);
}

/** n8n's error; a poll has no input items that it could belong to. */
function triggerError(context: IPollFunctions, error: unknown) {
	const nodeError = asNodeError(context.getNode(), error, 0);
	delete nodeError.context.itemIndex;
	return nodeError;
}

function toOutput(items: IDataObject[]): Output {
	return items.length === 0 ? null : [items.map((json) => ({ json }))];
}

function text(value: unknown): string {
	return String(value ?? '').trim();
}
