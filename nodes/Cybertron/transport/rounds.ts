import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { OutputMode } from '../../shared/descriptions';
import type { Problem } from '../../shared/errors';
import { asNodeError } from '../../shared/errors';
import type { LiveText } from '../../shared/liveText';
import { openLiveText } from '../../shared/liveText';
import { outputModeOf } from '../../shared/outputMode';
import { freshText, startCursor } from '../stream/live';
import type { Round } from '../stream/outputs';
import { aggregated, events, perNode } from '../stream/outputs';
import { hasText, roundText } from '../stream/round';
import type { RoundOptions, RoundState } from '../stream/state';
import { startRound } from '../stream/state';
import { cybertronError } from './http';
import type { DialogSession, SessionOptions } from './session';
import { openSession } from './session';

/** So many jumps are followed for one message; flows that send each other back would never end. */
const MOST_JUMPS = 3;

/** One message for the socket; `question` is what the user says. */
export type DialogMessage = IDataObject & { question: string };

export interface RoundsRequest extends SessionOptions, RoundOptions {
	/** One message per round, in order. */
	messages: DialogMessage[];
	/** The conversation; `null` when the server chooses it (T34). */
	segmentCode: string | null;
	/** Goes on in the flow that a round without an answer jumps to (facts 3.11). */
	followJumps?: boolean;
}

/**
 * Sends the messages one after the other on one socket, each when the round before it has ended
 * (T26). Text goes to whoever waits for the workflow's answer as it arrives.
 *
 * @throws NodeApiError when a round fails; its details hold everything received before.
 */
export async function playRounds(
	context: IExecuteFunctions,
	itemIndex: number,
	request: RoundsRequest,
): Promise<Round[]> {
	const live = openLiveText(context, itemIndex);
	const rounds: Round[] = [];
	try {
		const problem = await tryRounds(context, itemIndex, request, rounds, live);
		if (problem) {
			const details = { ...problem.details, ...received(rounds, request.segmentCode) };
			throw await cybertronError(context, itemIndex, { ...problem, details });
		}
		await live.end();
		return rounds;
	} catch (error) {
		await live.end((error as Error).message);
		throw asNodeError(context.getNode(), error, itemIndex);
	}
}

async function tryRounds(
	context: IExecuteFunctions,
	itemIndex: number,
	request: RoundsRequest,
	rounds: Round[],
	live: LiveText,
): Promise<Problem | undefined> {
	const session = await openSession(context, itemIndex, request);
	try {
		let flow: string | undefined;
		for (const message of request.messages) {
			const interrupted = interruption(rounds.at(-1));
			if (interrupted) return interrupted;
			const state = startRound(request);
			rounds.push({ question: message.question, state });
			const voice = speaker(live, rounds.length > 1);
			flow = (await playRound(session, request, inFlow(message, flow), state, voice)) ?? flow;
			if (state.problem) return state.problem;
		}
		return undefined;
	} finally {
		await session.close();
	}
}

/** The message for the flow that a jump led to: naming the first flow again would start it anew. */
function inFlow(message: DialogMessage, flow?: string): DialogMessage {
	return flow && message.open_flow_uuid ? { ...message, open_flow_uuid: flow } : message;
}

/** A round that did not come to its end cannot be followed by another one on the same socket. */
function interruption(before?: Round): Problem | undefined {
	if (!before?.state.warning) return undefined;
	return {
		message: 'The conversation broke off before all messages were sent',
		description: `${before.state.warning}. Try again later, or raise the Timeout option`,
		failure: { cause: 'temporarily-unavailable' },
	};
}

/** Plays one round and gives the flow that it jumped to, if that was followed. */
async function playRound(
	session: DialogSession,
	request: RoundsRequest,
	message: DialogMessage,
	state: RoundState,
	voice: Speaker,
): Promise<string | undefined> {
	let followed: string | undefined;
	await session.ask(message, state, voice.onFrame);
	for (let jumps = 0; request.followJumps && jumps < MOST_JUMPS && mayFollow(state); jumps++) {
		followed = state.jumpFlowUuid;
		const target = { open_flow_trigger: 'direct', open_flow_uuid: followed };
		Object.assign(state, { phase: 'open', jumpFlowUuid: undefined, warning: undefined });
		await session.ask({ ...message, ...target }, state, voice.onFrame);
		state.jumpFlowUuid ??= followed;
	}
	await voice.finish(state);
	return followed;
}

function mayFollow(state: RoundState): boolean {
	return !state.problem && state.jumpFlowUuid !== undefined && !hasText(state);
}

interface Speaker {
	onFrame(state: RoundState): Promise<void>;
	finish(state: RoundState): Promise<void>;
}

/** Passes a round's text on as it grows; `heard`: something was passed on before this round. */
function speaker(live: LiveText, heard: boolean): Speaker {
	const cursor = { ...startCursor(), heard };
	return {
		onFrame: async (state) => await live.append(freshText(state, cursor)),
		finish: async (state) => await live.append(freshText(state, cursor, true)),
	};
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

const OUTPUTS: Record<OutputMode, (rounds: Round[], segmentCode: string | null) => IDataObject[]> =
	{
		aggregated: (rounds, segmentCode) => [aggregated(rounds, segmentCode)],
		perNode,
		events,
	};

/**
 * {@link playRounds} with the items of the chosen output mode. Says so when an item per node was
 * asked for and no node ran.
 *
 * @throws NodeOperationError when there is no such mode; then nothing was sent.
 */
export async function runRounds(
	context: IExecuteFunctions,
	itemIndex: number,
	request: RoundsRequest,
): Promise<INodeExecutionData[]> {
	const outputMode = outputModeOf(context, itemIndex);
	const keepEvents = outputMode === 'events';
	const rounds = await playRounds(context, itemIndex, { ...request, keepEvents });
	const items = OUTPUTS[outputMode](rounds, request.segmentCode);
	if (outputMode === 'perNode' && items.length === 0) hintAtMissingNodes(context, itemIndex);
	return items.map((json) => ({ json }));
}

function hintAtMissingNodes(context: IExecuteFunctions, itemIndex: number): void {
	context.addExecutionHints?.({
		message: `No node of a flow ran for item ${itemIndex}: the robot answered by itself. Set Output Mode to Aggregated to get its answer`,
		type: 'info',
		location: 'outputPane',
	});
}
