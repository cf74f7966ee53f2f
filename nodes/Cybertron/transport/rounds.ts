import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { OutputMode } from '../../shared/descriptions';
import type { Round } from '../stream/outputs';
import { aggregated, events, perNode } from '../stream/outputs';
import { roundText } from '../stream/round';
import { startRound } from '../stream/state';
import { cybertronError } from './http';
import type { DialogSession, SessionOptions } from './session';
import { openSession } from './session';

export interface RoundsRequest extends SessionOptions {
	/** One message per round, in order. */
	questions: string[];
	segmentCode: string;
	/** Sent with every message beside question and segment. */
	fields: IDataObject;
}

const OUTPUTS: Record<OutputMode, (rounds: Round[], segmentCode: string) => IDataObject[]> = {
	aggregated: (rounds, segmentCode) => [aggregated(rounds, segmentCode)],
	perNode,
	events,
};

/**
 * Sends the messages one after the other on one socket, each when the round before it has ended
 * (T26), and gives the items of the chosen output mode.
 *
 * @throws NodeApiError when a round fails; its details hold the text received so far.
 */
export async function runRounds(
	context: IExecuteFunctions,
	itemIndex: number,
	request: RoundsRequest,
): Promise<INodeExecutionData[]> {
	const outputMode = context.getNodeParameter('outputMode', itemIndex, 'aggregated') as OutputMode;
	const session = await openSession(context, itemIndex, request);
	try {
		const rounds: Round[] = [];
		for (const question of request.questions) {
			rounds.push(await oneRound(session, request, question, outputMode));
			await throwIfFailed(context, itemIndex, rounds, request.segmentCode);
		}
		return OUTPUTS[outputMode](rounds, request.segmentCode).map((json) => ({ json }));
	} finally {
		await session.close();
	}
}

async function oneRound(
	session: DialogSession,
	{ segmentCode, fields }: RoundsRequest,
	question: string,
	outputMode: OutputMode,
): Promise<Round> {
	const state = startRound({ keepEvents: outputMode === 'events' });
	await session.ask({ question, segment_code: segmentCode, ...fields }, state);
	return { question, state };
}

async function throwIfFailed(
	context: IExecuteFunctions,
	itemIndex: number,
	rounds: Round[],
	segmentCode: string,
): Promise<void> {
	const last = rounds.at(-1);
	if (!last?.state.problem) return;
	const { problem } = last.state;
	throw await cybertronError(context, itemIndex, {
		...problem,
		details: {
			...problem.details,
			answer: roundText(last.state),
			dialog_id: last.state.dialogId ?? null,
			segment_code: segmentCode,
			rounds: (aggregated(rounds, segmentCode).rounds ?? []) as IDataObject[],
		},
	});
}
