import type { IDataObject } from 'n8n-workflow';

import type { ErrorInfo } from '../../shared/errors';
import { ChatflowError } from '../../shared/errors';
import type { Item } from '../../shared/item';
import type { Connection } from './connection';
import { openConnection } from './connection';
import { DEFAULT_MAX_WAIT } from './readTimeouts';
import type { OnFrame } from './roundReader';
import { freshText, startCursor } from './state/live';
import type { Round } from './state/outputs';
import { aggregated } from './state/outputs';
import type { RoundOptions, RoundState } from './state/round';
import { hasText, roundText, startRound } from './state/round';

/** Flows that jump to each other would never end. */
const MAX_JUMPS = 3;
/** Other clients wait for 0.9 to 1.5 seconds. */
const END_GRACE_MS = 1_500;

/** One message for the socket; `question` is what the user says. */
export type Message = IDataObject & { question: string };

export interface RoundsRequest extends RoundOptions {
	/** One message per round, in order. */
	messages: Message[];
	/** The conversation; `null` if the server chooses it. */
	segmentCode: string | null;
	/** Goes on in the flow that a round without an answer jumps to. */
	followJumps?: boolean;
	/** Milliseconds that 002005 may come late after a sign of the end. */
	endGraceMs?: number;
}

/**
 * Sends the messages one after the other on one socket, each when the round before it has ended: a
 * flow that waits for input may be bound to its socket. Whoever waits for the workflow's answer sees
 * the text as it arrives.
 *
 * @throws ChatflowError if a round fails; its details hold everything received before.
 */
export async function runRounds(item: Item, request: RoundsRequest): Promise<Round[]> {
	const rounds = await sendMessages(item, request).catch(async (error: Error) => {
		await item.live.end(error.message);
		throw error;
	});
	await item.live.end();
	return rounds;
}

async function sendMessages(item: Item, request: RoundsRequest): Promise<Round[]> {
	const rounds: Round[] = [];
	const error = await sendInTurn(item, request, rounds);
	if (!error) return rounds;
	const details = { ...error.details, ...received(rounds, request.segmentCode) };
	throw new ChatflowError({ ...error, details });
}

/** Fills in `rounds`; gives the error of the round that failed. */
async function sendInTurn(
	item: Item,
	request: RoundsRequest,
	rounds: Round[],
): Promise<ErrorInfo | undefined> {
	const { endGraceMs = END_GRACE_MS, followJumps = false } = request;
	const maxRoundMs = item.milliseconds('options.maxWait', DEFAULT_MAX_WAIT);
	const idleMs = item.timeoutMs;
	const connection = await openConnection(item, { idleMs, endGraceMs, maxRoundMs });
	try {
		let flow: string | undefined;
		for (const message of request.messages) {
			const interrupted = interruption(rounds.at(-1)?.state);
			if (interrupted) return interrupted;
			const state = startRound(request);
			const write = liveWriter(item, rounds.length > 0);
			rounds.push({ question: message.question, state });
			await connection.sendMessage(inFlow(message, flow), state, write);
			if (followJumps) flow = (await followJump(connection, message, state, write)) ?? flow;
			await write(state, true);
			if (state.error) return state.error;
		}
		return undefined;
	} finally {
		await connection.close();
	}
}

/** The message for the flow that a jump led to: naming the first flow again would start it anew. */
function inFlow(message: Message, flow?: string): Message {
	return flow && message.open_flow_uuid ? { ...message, open_flow_uuid: flow } : message;
}

/** A round that did not come to its end cannot be followed by another one on the same socket. */
function interruption(before?: RoundState): ErrorInfo | undefined {
	if (!before?.warning) return undefined;
	return {
		message: 'The conversation broke off before all messages were sent',
		description: `${before.warning}. Try again later, or raise the Timeout option`,
		failure: { cause: 'temporarily-unavailable' },
	};
}

/**
 * Sends the message again to the flow that its round jumped to, as long as there is no answer
 * (SERVER.md, "Jumps to another flow"). Gives the flow that was reached, if any.
 */
async function followJump(
	connection: Connection,
	message: Message,
	state: RoundState,
	onFrame: OnFrame,
): Promise<string | undefined> {
	let reached: string | undefined;
	for (let jumps = 0; jumps < MAX_JUMPS; jumps++) {
		if (state.error || !state.jumpFlowUuid || hasText(state)) break;
		reached = state.jumpFlowUuid;
		Object.assign(state, { phase: 'open', jumpFlowUuid: undefined, warning: undefined });
		const target = { open_flow_trigger: 'direct', open_flow_uuid: reached };
		await connection.sendMessage({ ...message, ...target }, state, onFrame);
		state.jumpFlowUuid ??= reached;
	}
	return reached;
}

/** Passes a round's text on as it grows. */
function liveWriter(item: Item, follows: boolean) {
	const cursor = startCursor(follows);
	return async (state: RoundState, over = false) =>
		await item.live.append(freshText(state, cursor, over));
}

/** What a failed conversation leaves behind: shown with the error, and kept by Continue On Fail. */
function received(rounds: Round[], segmentCode: string | null): IDataObject {
	const last = rounds.at(-1)?.state;
	return {
		answer: last ? roundText(last) : '',
		dialog_id: last?.dialogId ?? null,
		segment_code: segmentCode,
		rounds: aggregated(rounds, segmentCode).rounds ?? [],
	};
}
