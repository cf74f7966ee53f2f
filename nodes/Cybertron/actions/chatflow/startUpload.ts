import type { IDataObject } from 'n8n-workflow';

import type { Operation } from '../../../shared/operation';
import { jsonList } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { runRounds } from '../../run/runRounds';
import { optionalFields } from '../../run/state/outputs';
import type { RoundState } from '../../run/state/round';
import { roundText } from '../../run/state/round';
import {
	exclusiveKey,
	maxWaitOption,
	messageSourceOf,
	messageSourceOption,
	questionField,
	questionOf,
	segmentCodeField,
	segmentCodeOf,
	segmentField,
} from '../message';

/** Starts the upload of files in a chatflow (SERVER.md, "Upload inside a chatflow"). */
export const startUpload: Operation = {
	name: 'Start Upload',
	action: 'Start upload in chatflow',
	description: 'Ask a chatflow which files it wants',
	fields: [
		{
			...questionField,
			placeholder: 'e.g. File upload',
			description: 'What the user says to start the upload, as the flow expects it',
		},
		segmentCodeField,
		optionsField(maxWaitOption, messageSourceOption),
	],
	execute: async (item) => {
		const segmentCode = segmentCodeOf(item);
		const message = {
			question: questionOf(item),
			...segmentField(segmentCode),
			message_source: messageSourceOf(item),
		};
		const rounds = await runRounds(item, { messages: [message], segmentCode });
		return jsonList(rounds.map(({ state }) => toItem(state, segmentCode)));
	},
	exclusiveKey,
};

/** The dialog id is that of the acknowledgement, which the submission must name. */
function toItem(state: RoundState, segmentCode: string | null): IDataObject {
	const { wantedFiles: wanted } = state;
	return {
		answer: roundText(state),
		dialog_id: state.dialogId ?? null,
		segment_code: segmentCode,
		task_id: state.taskId ?? null,
		instruction: wanted?.instruction ?? null,
		flow_uuid: wanted?.flow_uuid ?? state.flowUuid ?? null,
		session_id: wanted?.session_id ?? state.sessionId ?? null,
		node_id: wanted?.node_id ?? null,
		upload_file_categories: wanted?.upload_file_categories ?? [],
		waiting_input: state.waitingInput,
		...optionalFields(state),
		...(wanted ? {} : { warning: 'The server named no files to upload: check the question' }),
	};
}
