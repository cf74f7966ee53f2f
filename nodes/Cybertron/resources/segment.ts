import { randomUUID } from 'crypto';
import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { asText } from '../../shared/objects';

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

/**
 * The conversation of an item. Servers take a missing code for "the latest one of this user and
 * robot", which mixes contexts, so an empty field makes a new code (T34).
 */
export function segmentCodeFor(context: IExecuteFunctions, itemIndex: number): string {
	return asText(context.getNodeParameter('segmentCode', itemIndex, '')) ?? randomUUID();
}
