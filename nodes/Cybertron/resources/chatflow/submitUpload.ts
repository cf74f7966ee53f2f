import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { outputModeField } from '../../../shared/descriptions';
import { runRounds } from '../../transport/rounds';
import {
	apiVersionOption,
	endGraceOption,
	messageSourceOption,
	optionsField,
	optionsOf,
	sessionOptions,
} from '../options';
import { segmentCodeField } from '../segment';
import { requiredText, textOf } from '../values';

/** Longer than elsewhere: the flow works on the files before it says what comes after 002011. */
const END_GRACE_SECONDS = 10;
/** The only documented value: the files are complete (3.3.2). */
const SUBMIT = 2;

const properties: INodeProperties[] = [
	{
		...segmentCodeField,
		required: true,
		description: 'The session in which the upload was started, as Start Upload returned it',
	},
	{
		displayName: 'Dialog ID',
		name: 'dialogId',
		type: 'string',
		default: '',
		placeholder: 'e.g. {{ $json.dialog_id }}',
		description: 'The dialog in which the upload was started, as Start Upload returned it',
		required: true,
	},
	outputModeField,
	optionsField(apiVersionOption, endGraceOption(END_GRACE_SECONDS), messageSourceOption),
];

export const description = updateDisplayOptions(
	{ show: { resource: ['chatflow'], operation: ['submitUpload'] } },
	properties,
);

/** Reports that the files of a started upload are complete, and reads on until the round ends (3.3.2). */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const options = optionsOf(context, itemIndex);
	const segmentCode = requiredText(context, itemIndex, 'segmentCode', 'Segment Code');
	const message = {
		question: '',
		segment_code: segmentCode,
		message_source: textOf(options.messageSource) || 'web',
		type: 'upload',
		upload_payload: { upload_flag: SUBMIT },
		dialog_id: requiredText(context, itemIndex, 'dialogId', 'Dialog ID'),
	};
	return await runRounds(context, itemIndex, {
		messages: [message],
		segmentCode,
		...sessionOptions(options, END_GRACE_SECONDS),
	});
}

export { exclusiveKey } from '../segment';
export { toolFields } from '../../stream/outputs';
