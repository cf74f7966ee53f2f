import type { IDataObject } from 'n8n-workflow';

import { isHeaderSafe } from '../../../../credentials/CybertronApi.credentials';
import { ChatflowError, invalidValue } from '../../../shared/errors';
import type { Item } from '../../../shared/item';
import { asObject, asText, defined, isObject } from '../../../shared/values';
import { answerText, answerValue } from '../../run/state/answer';
import { credentialsOf, cybertron } from '../../transport/cybertron';
import { errorInText } from '../../transport/errors';
import { segmentCodeOf, segmentField } from '../message';

/** Asks over HTTP. A request that may have reached the server is never repeated. */
export async function askOverHttp(item: Item): Promise<IDataObject> {
	const question = item.text('question');
	const segmentCode = segmentCodeOf(item);
	const { username } = await credentialsOf(item);
	const response = await cybertron(item).request({
		method: 'POST',
		path: '/openapi/v1/conversation/dialog/',
		headers: defined({ 'extra-header': extraHeader(item) }),
		body: {
			username,
			question,
			...segmentField(segmentCode),
			...defined({ 'extra-body': asText(item.options.extraBody) }),
		},
	});
	const data = withAnswer(asObject(response));
	const whole = answerValue(data);
	const answer = answerText(whole);
	const error = answerError(data, answer);
	if (error) throw new ChatflowError(error);
	await item.live.append(answer);
	await item.live.end();
	return {
		answer,
		dialog_id: asText(data.dialog_id) ?? null,
		segment_code: segmentCode,
		type: data.type ?? null,
		...(isObject(whole) ? { answer_data: whole } : {}),
	};
}

function extraHeader({ options }: Item): string | undefined {
	const value = asText(options.extraHeader);
	if (value === undefined || isHeaderSafe(value)) return value;
	throw invalidValue(
		'Extra Header cannot be sent as it is',
		'An HTTP header takes one line of Latin letters, digits and signs. Encode the value, for example with encodeURIComponent',
	);
}

/** The answer may be all there is. */
function withAnswer(received: IDataObject): IDataObject {
	const { data, ...rest } = received;
	const isBare = typeof data === 'string' && Object.keys(rest).length === 0;
	return isBare ? { answer: data } : received;
}

function answerError(data: IDataObject, answer: string) {
	if ('answer' in data || 'Answer' in data) return errorInText(answer);
	return {
		message: 'The Cybertron server gave no answer to the question',
		description: 'Check the robot in AgentStudio, and the Base URL in the credential',
		details: { data },
	};
}
