import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { cybertronAccess, isHeaderSafe } from '../../../../credentials/CybertronApi.credentials';
import { openLiveText } from '../../../shared/liveText';
import { asText, defined, isObject } from '../../../shared/objects';
import { answerText, answerValue } from '../../stream/answer';
import { failureInText } from '../../stream/failure';
import { cybertronCredentials, cybertronError, cybertronRequest } from '../../transport/http';
import { timeoutMs } from '../options';
import { questionOf, segmentCodeFor, segmentField } from '../segment';
import { requiredText } from '../values';

/** Asks over HTTP (1.1.1). The request is never repeated once it may have reached the server. */
export async function askOverHttp(
	context: IExecuteFunctions,
	itemIndex: number,
	options: IDataObject,
): Promise<IDataObject> {
	requiredText(context, itemIndex, 'question', 'Question');
	const segmentCode = segmentCodeFor(context, itemIndex, options);
	const { username } = cybertronAccess(await cybertronCredentials(context, itemIndex));
	const received = await cybertronRequest(context, itemIndex, {
		method: 'POST',
		path: '/openapi/v1/conversation/dialog/',
		headers: defined({ 'extra-header': extraHeader(context, itemIndex, options) }),
		body: {
			username,
			question: questionOf(context, itemIndex),
			...segmentField(segmentCode),
			...defined({ 'extra-body': asText(options.extraBody) }),
		},
		timeoutMs: timeoutMs(options),
	});
	const data = withAnswer(received);
	const item = toItem(data, segmentCode);
	const problem = answerProblem(data, String(item.answer));
	if (problem) throw await cybertronError(context, itemIndex, problem);
	const live = openLiveText(context, itemIndex);
	await live.append(String(item.answer));
	await live.end();
	return item;
}

function extraHeader(
	context: IExecuteFunctions,
	itemIndex: number,
	options: IDataObject,
): string | undefined {
	const value = asText(options.extraHeader);
	if (value === undefined || isHeaderSafe(value)) return value;
	throw new NodeOperationError(context.getNode(), 'Extra Header cannot be sent as it is', {
		itemIndex,
		description:
			'An HTTP header takes one line of Latin letters, digits and signs. Encode the value, for example with encodeURIComponent',
	});
}

/** The answer may be all there is (T23). */
function withAnswer(received: IDataObject): IDataObject {
	const { data, ...rest } = received;
	const isBare = typeof data === 'string' && Object.keys(rest).length === 0;
	return isBare ? { answer: data } : received;
}

function answerProblem(data: IDataObject, answer: string) {
	if ('answer' in data || 'Answer' in data) return failureInText(answer);
	return {
		message: 'The Cybertron server gave no answer to the question',
		description: 'Check the robot in AgentStudio, and the Base URL in the credential',
		details: { data },
	};
}

function toItem(data: IDataObject, segmentCode: string | null): IDataObject {
	const whole = answerValue(data);
	return {
		answer: answerText(whole),
		dialog_id: asText(data.dialog_id) ?? null,
		segment_code: segmentCode,
		type: data.type ?? null,
		...(isObject(whole) ? { answer_data: whole } : {}),
	};
}
