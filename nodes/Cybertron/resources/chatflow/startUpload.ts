import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import type { Round } from '../../stream/outputs';
import { occasional } from '../../stream/outputs';
import { roundText } from '../../stream/round';
import { uploadRequest } from '../../stream/upload';
import { playRounds } from '../../transport/rounds';
import {
	apiVersionOption,
	endGraceOption,
	messageSourceOption,
	optionsField,
	optionsOf,
	sessionOptions,
} from '../options';
import {
	questionField,
	questionOf,
	segmentCodeField,
	segmentCodeFor,
	segmentField,
} from '../segment';
import { textOf } from '../values';

const END_GRACE_SECONDS = 1.5;

const properties: INodeProperties[] = [
	{
		...questionField,
		placeholder: 'e.g. File upload',
		description: 'What the user says to start the upload, as the flow expects it',
	},
	segmentCodeField,
	optionsField(apiVersionOption, endGraceOption(END_GRACE_SECONDS), messageSourceOption),
];

export const description = updateDisplayOptions(
	{ show: { resource: ['chatflow'], operation: ['startUpload'] } },
	properties,
);

/** Starts the upload of files in a chatflow and tells which files the flow wants (3.3.1). */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const options = optionsOf(context, itemIndex);
	const segmentCode = segmentCodeFor(context, itemIndex);
	const message = {
		question: questionOf(context, itemIndex),
		...segmentField(segmentCode),
		message_source: textOf(options.messageSource) || 'web',
	};
	const rounds = await playRounds(context, itemIndex, {
		messages: [message],
		segmentCode,
		keepEvents: true,
		...sessionOptions(options, END_GRACE_SECONDS),
	});
	return rounds.map((round) => ({ json: toItem(round, segmentCode) }));
}

/** The dialog id is the one of the acknowledgement, which the submission must name (T32). */
function toItem({ state }: Round, segmentCode: string | null): IDataObject {
	const wanted = uploadRequest(state.events ?? []);
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
		...occasional(state),
		...(wanted ? {} : { warning: 'The server named no files to upload: check the question' }),
	};
}

export { exclusiveKey } from '../segment';
