import type { INodeProperties } from 'n8n-workflow';

import { outputModeField } from '../../../shared/fields';
import type { Operation } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { toolFields } from '../../run/state/outputs';
import {
	exclusiveKey,
	maxWaitOption,
	messageSourceOf,
	messageSourceOption,
	segmentCodeField,
} from '../message';
import { roundItems } from './roundItems';

/** Longer than elsewhere: the flow works on the files before it says what comes after its report. */
const END_GRACE_MS = 10_000;
/** The only documented value: the files are complete. */
const SUBMIT = 2;

const dialogIdField: INodeProperties = {
	displayName: 'Dialog ID',
	name: 'dialogId',
	type: 'string',
	default: '',
	placeholder: 'e.g. {{ $json.dialog_id }}',
	description: 'The dialog in which the upload was started, as Start Upload returned it',
	required: true,
};

/** Reports that the files of a started upload are complete, and reads on until the round ends. */
export const submitUpload: Operation = {
	name: 'Submit Upload',
	action: 'Submit upload in chatflow',
	description: 'Tell a chatflow that its files are complete, and collect what it answers',
	fields: [
		{
			...segmentCodeField,
			required: true,
			description: 'The session in which the upload was started, as Start Upload returned it',
		},
		dialogIdField,
		outputModeField,
		optionsField(maxWaitOption, messageSourceOption),
	],
	execute: async (item) => {
		const segmentCode = item.id('segmentCode');
		const message = {
			question: '',
			segment_code: segmentCode,
			message_source: messageSourceOf(item),
			type: 'upload',
			upload_payload: { upload_flag: SUBMIT },
			dialog_id: item.id('dialogId'),
		};
		return await roundItems(item, {
			messages: [message],
			segmentCode,
			endGraceMs: END_GRACE_MS,
		});
	},
	exclusiveKey,
	toolFields,
};
