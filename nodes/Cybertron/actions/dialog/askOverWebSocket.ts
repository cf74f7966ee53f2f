import type { IDataObject } from 'n8n-workflow';

import type { Item } from '../../../shared/item';
import { asText, defined } from '../../../shared/values';
import { runRounds } from '../../run/runRounds';
import { flowFields, optionalFields } from '../../run/state/outputs';
import type { RoundState } from '../../run/state/round';
import { roundText } from '../../run/state/round';
import { questionOf, segmentCodeOf, segmentField } from '../message';
import { webSocketFields } from './webSocketOptions';

/** Asks over the WebSocket. `message_source` is never sent: dialogs fail with it. */
export async function askOverWebSocket(item: Item): Promise<IDataObject> {
	const { options } = item;
	const segmentCode = segmentCodeOf(item);
	const message = {
		question: questionOf(item),
		...segmentField(segmentCode),
		...defined({
			'extra-header': asText(options.extraHeader),
			'extra-body': asText(options.extraBody),
		}),
		...webSocketFields(item),
	};
	const [round] = await runRounds(item, {
		messages: [message],
		segmentCode,
		welcome: options.welcome === true,
	});
	return round ? toItem(round.state, segmentCode) : {};
}

/** The fields of the answer over HTTP, and what only the WebSocket tells. */
function toItem(state: RoundState, segmentCode: string | null): IDataObject {
	return {
		answer: roundText(state),
		dialog_id: state.dialogId ?? null,
		segment_code: segmentCode,
		type: state.answerType ?? null,
		task_id: state.taskId ?? null,
		...(state.inFlow ? flowFields(state) : {}),
		...optionalFields(state),
	};
}
