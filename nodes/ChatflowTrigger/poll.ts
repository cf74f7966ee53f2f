import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';

import { cybertronService } from '../Cybertron/transport/cybertron';
import { difyService } from '../Dify/transport/dify';
import { knowledgeService } from '../Dify/transport/knowledge';
import { cybertronBaseUrl, difyBaseUrl } from '../shared/baseUrl';
import type { ChatflowError } from '../shared/errors';
import { invalidValue, toNodeError } from '../shared/errors';
import type { Redact } from '../shared/redact';
import { redactor } from '../shared/redact';
import { trimmed } from '../shared/values';
import { digest } from './digest';
import { errorKey } from './errorKind';
import { events } from './events';
import type { PollResult, TriggerEvent } from './events/event';
import { PollCaller } from './pollCaller';
import { startOf } from './start';
import {
	cursorFor,
	isOvertaken,
	isResolved,
	lastErrorOf,
	nextPosition,
	positionOf,
	shouldReport,
} from './state';

type AnyEvent = TriggerEvent<IDataObject>;

const difyAccount = ({ baseUrl, apiKey }: IDataObject) =>
	[difyBaseUrl(baseUrl), apiKey].map(trimmed);

/** By credential type: the service, and which values of the credential name the account. */
const SERVICES = {
	cybertronApi: {
		service: cybertronService,
		account: ({ baseUrl, robotKey, username }: IDataObject) =>
			[cybertronBaseUrl(baseUrl), robotKey, username].map(trimmed),
	},
	difyApi: { service: difyService, account: difyAccount },
	difyKnowledgeApi: { service: knowledgeService, account: difyAccount },
};

/**
 * One poll of the trigger, from n8n's static data to the items of an execution.
 *
 * @returns `null` if there is nothing new.
 * @throws NodeApiError or NodeOperationError if the user has to know.
 */
export async function runPoll(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	let redact: Redact = (value) => value;
	const poll = new PollCaller(context);
	try {
		const event = chosenEvent(context);
		redact = await credentialRedactor(context, event);
		// A manual test must not use up real events, so it neither reads nor writes the position.
		const isTest = context.getMode() === 'manual';
		const items = isTest ? await event.sample(poll) : await newItems(poll, event);
		if (isTest && items.length === 0) throw nothingYet();
		return items.length === 0 ? null : [items.map((json) => ({ json: redact(json) }))];
	} catch (error) {
		throw toNodeError(context.getNode(), poll.explain(error), redact);
	}
}

/** For a manual test, where n8n would show nothing at all. */
function nothingYet(): ChatflowError {
	return invalidValue(
		'There are no events yet',
		'The test shows the latest events that match the filters. Make one, such as a message or a rating, and test again',
	);
}

/**
 * What has happened since the last poll. The position changes only after everything has succeeded,
 * so whatever fails or crashes is found again by the next poll.
 *
 * @throws Whatever the event throws, unless the user has seen the same error recently.
 */
async function newItems(poll: PollCaller, event: AnyEvent): Promise<IDataObject[]> {
	const { context } = poll;
	const memory = context.getWorkflowStaticData('node');
	const before = positionOf(memory);
	let hasPosition = before !== undefined;
	try {
		const scope = await scopeOf(context, event);
		const saved = cursorFor(before, scope, (cursor) => event.isCursor(cursor));
		hasPosition = saved !== undefined;
		const result = saved ? await event.collect(poll, saved) : await firstItems(poll, event);
		if (isOvertaken(before, positionOf(memory))) return [];
		const after = nextPosition(before, scope, result.cursor);
		if (after !== before) memory.position = after;
		hasPosition = true;
		// What fails in part does not keep a trigger from starting: the next poll tells.
		if (result.error !== undefined && result.items.length === 0 && saved) throw result.error;
		if (result.error === undefined && isResolved(lastErrorOf(memory))) delete memory.lastError;
		return result.items;
	} catch (error) {
		// Without a position the trigger has not started, and n8n must not believe that it has.
		const isShown = !hasPosition || noteError(memory, error);
		return isShown ? await Promise.reject(error) : [];
	}
}

/** The beginning of a trigger, and what there is to give at once. */
async function firstItems(poll: PollCaller, event: AnyEvent): Promise<PollResult<IDataObject>> {
	const start = startOf(poll.context);
	const cursor = await event.begin(poll, start);
	// What was there before is not given, and to make it known may have taken all limits of the poll.
	return start === 'now' ? { items: [], cursor } : await event.collect(poll, cursor);
}

/** Notes an error that is to be shown; `false` if it was shown a short while ago. */
function noteError(memory: IDataObject, error: unknown): boolean {
	const key = errorKey(error);
	const now = Date.now();
	if (!shouldReport(lastErrorOf(memory), key, now)) return false;
	memory.lastError = { key, reportedAt: now };
	return true;
}

function chosenEvent(context: IPollFunctions): AnyEvent {
	const name = String(context.getNodeParameter('event', ''));
	const event = Object.hasOwn(events, name) ? events[name] : undefined;
	if (event) return event;
	throw invalidValue(`There is no event "${name}"`, 'Choose an event from the list Trigger On');
}

/** Names what a cursor belongs to; changes with server, key, event and filters. Holds no secret. */
async function scopeOf(context: IPollFunctions, event: AnyEvent): Promise<string> {
	const account = SERVICES[event.credential].account(
		await context.getCredentials(event.credential),
	);
	return `${String(context.getNodeParameter('event'))}:${digest([account, event.scope(context)])}`;
}

/** Without a credential there is nothing to blank; the poll fails by itself. */
async function credentialRedactor(context: IPollFunctions, event: AnyEvent): Promise<Redact> {
	try {
		const { secrets } = SERVICES[event.credential].service;
		return redactor(secrets(await context.getCredentials(event.credential)));
	} catch {
		return (value) => value;
	}
}
