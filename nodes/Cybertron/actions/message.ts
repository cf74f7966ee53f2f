import { randomUUID } from 'crypto';
import type { IDataObject, INodeProperties } from 'n8n-workflow';

import type { Item } from '../../shared/item';
import { DEFAULT_MAX_WAIT } from '../run/readTimeouts';

export const questionField: INodeProperties = {
	displayName: 'Question',
	name: 'question',
	type: 'string',
	typeOptions: { rows: 2 },
	default: '',
	placeholder: 'e.g. How can I change my address?',
	description: 'What the user says',
};

export const maxWaitOption: INodeProperties = {
	displayName: 'Max Wait Time',
	name: 'maxWait',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: DEFAULT_MAX_WAIT,
	description:
		'How many seconds one round may take in all, however lively its frames are. Only over WebSocket.',
};

export const flowUuidField: INodeProperties = {
	displayName: 'Flow UUID',
	name: 'flowUuid',
	type: 'string',
	default: '',
	placeholder: 'e.g. 3c61d330-a577-11ef-ad83-e4434b3011a0',
	description: 'The flow to run',
	required: true,
};

export const segmentCodeField: INodeProperties = {
	displayName: 'Segment Code',
	name: 'segmentCode',
	type: 'string',
	default: '',
	placeholder: 'e.g. {{ $json.segment_code }}',
	description:
		'The conversation to continue. Leave it empty to start a new one; the code of the conversation comes out as segment_code.',
};

/** Shown as long as it is true: executions do not remember what was said in the one before. */
export const segmentCodeNotice: INodeProperties = {
	displayName:
		'Without a segment code every item starts a new conversation. To continue one, fill in the segment_code of its last answer.',
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
		'Whether an empty Segment Code means the latest session of this user and robot instead of a new one. The server does not say which one that is.',
};

export const messageSourceOption: INodeProperties = {
	displayName: 'Message Source',
	name: 'messageSource',
	type: 'string',
	default: 'web',
	placeholder: 'e.g. WS',
	description: 'Where the message says it comes from. The documents name both web and WS.',
};

/** What stands for "the latest session" where items are kept apart by their session. */
const LATEST = '(latest session)';

/** What the user says, as it is. */
export function questionOf(item: Item): string {
	return String(item.value('question') ?? '');
}

/**
 * The conversation of an item; `null` leaves the choice to the server. A server takes a missing code
 * for the latest session of the user and robot, which mixes contexts, so an empty field makes a new
 * code unless the user wants just that.
 */
export function segmentCodeOf(item: Item): string | null {
	const continueLatest = item.options.continueLatest === true;
	return item.optionalId('segmentCode') ?? (continueLatest ? null : randomUUID());
}

/** The field of the request, left out if the server is to choose. */
export function segmentField(segmentCode: string | null): IDataObject {
	return segmentCode === null ? {} : { segment_code: segmentCode };
}

/** Where a message that is part of an upload says it comes from. */
export function messageSourceOf(item: Item): string {
	return item.optionalId('options.messageSource') ?? 'web';
}

/** Two messages of one session at once would mix their contexts. */
export function exclusiveKey(item: Item): string | undefined {
	const given = item.optionalId('segmentCode');
	return given ?? (item.options.continueLatest === true ? LATEST : undefined);
}
