import { randomUUID } from 'crypto';
import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { optionsOf } from './options';
import { textOf } from './values';

export const questionField: INodeProperties = {
	displayName: 'Question',
	name: 'question',
	type: 'string',
	typeOptions: { rows: 2 },
	default: '',
	placeholder: 'e.g. How can I change my address?',
	description: 'What the user says',
};

export const segmentCodeField: INodeProperties = {
	displayName: 'Segment Code',
	name: 'segmentCode',
	type: 'string',
	default: '',
	placeholder: 'e.g. {{ $json.segment_code }}',
	description:
		'The conversation to go on with. Leave it empty to start a new one; the code of the conversation comes out as segment_code.',
};

/** Shown as long as it is true: executions do not remember what was said in the one before. */
export const segmentCodeNotice: INodeProperties = {
	displayName:
		'Without a segment code every item starts a new conversation. To go on with one, fill in the segment_code of its last answer.',
	name: 'segmentCodeNotice',
	type: 'notice',
	default: '',
	displayOptions: {
		show: { segmentCode: [''] },
		hide: { '/options.continueLatest': [true] },
	},
};

export const continueLatestOption: INodeProperties = {
	displayName: 'Continue Latest Session',
	name: 'continueLatest',
	type: 'boolean',
	default: false,
	description:
		'Whether an empty Segment Code means the latest session of this user and robot instead of a new one. The server does not tell which one that is.',
};

/** What stands for "the latest session" where items are kept apart by their session. */
const LATEST = '(latest session)';

/** What the user says, as it is. */
export function questionOf(context: IExecuteFunctions, itemIndex: number): string {
	return String(context.getNodeParameter('question', itemIndex, '') ?? '');
}

/**
 * The conversation of an item; `null` leaves the choice to the server. Servers take a missing code
 * for "the latest one of this user and robot", which mixes contexts, so an empty field makes a new
 * code unless the user wants just that (T34).
 */
export function segmentCodeFor(
	context: IExecuteFunctions,
	itemIndex: number,
	options: IDataObject = {},
): string | null {
	const given = textOf(context.getNodeParameter('segmentCode', itemIndex, ''));
	return given || (options.continueLatest === true ? null : randomUUID());
}

/** The field of the request, left out when the server is to choose. */
export function segmentField(segmentCode: string | null): IDataObject {
	return segmentCode === null ? {} : { segment_code: segmentCode };
}

/** Two messages of one session at once would mix their contexts. */
export function exclusiveKey(context: IExecuteFunctions, itemIndex: number): string | undefined {
	const given = textOf(context.getNodeParameter('segmentCode', itemIndex, ''));
	if (given) return given;
	return optionsOf(context, itemIndex).continueLatest === true ? LATEST : undefined;
}
