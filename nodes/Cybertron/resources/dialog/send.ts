import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { cybertronAccess } from '../../../../credentials/CybertronApi.credentials';
import { asText, defined } from '../../../shared/objects';
import { answerText } from '../../stream/answer';
import { failureInText } from '../../stream/failure';
import { answerOf } from '../../stream/frame';
import { cybertronCredentials, cybertronError, cybertronRequest } from '../../transport/http';
import { concurrencyOption, optionsOf, timeoutMs, timeoutOption } from '../options';
import { questionField, segmentCodeField, segmentCodeFor } from '../segment';

const properties: INodeProperties[] = [
	{ ...questionField, required: true },
	segmentCodeField,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			concurrencyOption,
			{
				displayName: 'Extra Body',
				name: 'extraBody',
				type: 'string',
				default: '',
				description: "Passed on in the HTTP body to the robot's own plugin server",
			},
			{
				displayName: 'Extra Header',
				name: 'extraHeader',
				type: 'string',
				default: '',
				description: "Passed on in the HTTP headers to the robot's own plugin server",
			},
			timeoutOption,
		],
	},
];

export const description = updateDisplayOptions(
	{ show: { resource: ['dialog'], operation: ['send'] } },
	properties,
);

/** Asks a robot over HTTP (1.1.1). */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const options = optionsOf(context, itemIndex);
	const { username } = cybertronAccess(await cybertronCredentials(context, itemIndex));
	const segmentCode = segmentCodeFor(context, itemIndex);
	const data = await cybertronRequest(context, itemIndex, {
		method: 'POST',
		path: '/openapi/v1/conversation/dialog/',
		headers: defined({ 'extra-header': asText(options.extraHeader) }),
		body: defined({
			username,
			question: context.getNodeParameter('question', itemIndex),
			segment_code: segmentCode,
			'extra-body': asText(options.extraBody),
		}),
		timeoutMs: timeoutMs(options),
	});
	const answer = answerText(answerOf(data));
	const problem = failureInText(answer);
	if (problem) throw await cybertronError(context, itemIndex, problem);
	return [{ json: toItem(data, answer, segmentCode) }];
}

function toItem(data: IDataObject, answer: string, segmentCode: string): IDataObject {
	const whole = answerOf(data);
	return {
		answer,
		dialog_id: asText(data.dialog_id) ?? null,
		segment_code: segmentCode,
		type: data.type ?? null,
		...(typeof whole === 'object' && whole !== null ? { answer_data: whole } : {}),
	};
}

/** Two questions of one session at once would mix their contexts. */
export function exclusiveKey(context: IExecuteFunctions, itemIndex: number): string | undefined {
	return asText(context.getNodeParameter('segmentCode', itemIndex, ''));
}
