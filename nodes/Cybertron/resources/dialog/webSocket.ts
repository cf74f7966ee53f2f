import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { asText, defined } from '../../../shared/objects';
import { flowFacts, occasional } from '../../stream/outputs';
import { roundText } from '../../stream/round';
import type { RoundState } from '../../stream/state';
import { playRounds } from '../../transport/rounds';
import { sessionOptions } from '../options';
import { questionOf, segmentCodeFor, segmentField } from '../segment';
import { webSocketFields } from './webSocketOptions';

/** For robots that answer with a flow and leave out its end marker (facts 3.10). */
const END_GRACE_SECONDS = 1.5;

/**
 * Asks over the WebSocket (1.1.2). `message_source` is never sent: plain dialogs fail with it (T6).
 */
export async function askOverWebSocket(
	context: IExecuteFunctions,
	itemIndex: number,
	options: IDataObject,
): Promise<IDataObject> {
	const segmentCode = segmentCodeFor(context, itemIndex, options);
	const message = {
		question: questionOf(context, itemIndex),
		...segmentField(segmentCode),
		...defined({
			'extra-header': asText(options.extraHeader),
			'extra-body': asText(options.extraBody),
		}),
		...webSocketFields(context, itemIndex, options),
	};
	const [round] = await playRounds(context, itemIndex, {
		messages: [message],
		segmentCode,
		welcome: options.welcome === true,
		...sessionOptions(options, END_GRACE_SECONDS),
	});
	return round ? toItem(round.state, segmentCode) : {};
}

/** The fields of the HTTP answer, and what only the WebSocket tells. */
function toItem(state: RoundState, segmentCode: string | null): IDataObject {
	return {
		answer: roundText(state),
		dialog_id: state.dialogId ?? null,
		segment_code: segmentCode,
		type: state.answerType ?? null,
		task_id: state.taskId ?? null,
		...(state.inFlow ? flowFacts(state) : {}),
		...occasional(state),
	};
}
