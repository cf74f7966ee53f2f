import type { IDataObject } from 'n8n-workflow';

import { cybertronAccess } from '../../../credentials/CybertronApi.credentials';
import { cybertronBaseUrl } from '../../shared/baseUrl';
import type { Caller, Service } from '../../shared/client';
import { Client } from '../../shared/client';
import type { ErrorInfo } from '../../shared/errors';
import type { HttpResponse } from '../../shared/http';
import { failedResponse } from '../../shared/http';
import type { Item } from '../../shared/item';
import { tryParseJson } from '../../shared/json';
import { asText, isObject } from '../../shared/values';
import {
	errorInText,
	errorOfCode,
	errorText,
	foreignResponse,
	redirectError,
	sixDigits,
	statusError,
	SUCCESS,
} from './errors';

/** How Cybertron is called (SERVER.md, "Answers over HTTP"). */
export const cybertronService: Service = {
	name: 'Cybertron',
	credential: 'cybertronApi',
	secrets: (credentials) => {
		const { robotKey, robotToken } = cybertronAccess(credentials);
		return [robotKey, robotToken];
	},
	retry: { passingStatus: new Set([429, 502, 503, 504]) },
	read: (response) => {
		const body = tryParseJson(response.body);
		const error = responseError(response, body);
		if (error) throw failedResponse(response, error);
		return dataOf(body);
	},
	errorInfo: (response) =>
		responseError(response, tryParseJson(response.body)) ?? statusError(response),
};

/**
 * Cybertron's API, bound to who calls it. Every path ends with a slash. A response is read as an
 * object: the `data` of its envelope, a list as `{ list }`, any other value as `{ data }`.
 */
export function cybertron(caller: Caller): Client {
	return new Client(cybertronService, caller);
}

/** The item's credential, for calls that want parts of it outside of the headers. */
export async function credentialsOf({ context, index }: Item) {
	const credentials = await context.getCredentials(cybertronService.credential, index);
	return {
		...cybertronAccess(credentials),
		baseUrl: cybertronBaseUrl(credentials.baseUrl),
		allowUnauthorizedCerts: credentials.allowUnauthorizedCerts === true,
	};
}

function responseError(response: HttpResponse<string>, body: unknown): ErrorInfo | undefined {
	const { status, headers } = response;
	if (status >= 300 && status < 400) return redirectError(status, headers.location);
	const error = bodyError(response, body);
	return error && { ...error, httpCode: String(status) };
}

function bodyError(response: HttpResponse<string>, body: unknown): ErrorInfo | undefined {
	const isError = response.status >= 400;
	if (typeof body !== 'object' || body === null) {
		return isError ? statusError(response) : foreignResponse(response);
	}
	// Some services call the message `msg`.
	const { code: given, message, msg, data } = body as IDataObject;
	const code = sixDigits(given);
	const text = asText(message) ?? asText(msg) ?? '';
	if (code !== SUCCESS) return errorOfCode(code, errorText(text, asText(data) ?? ''));
	return isError ? statusError(response) : errorInText(text);
}

/** What the envelope holds; some calls have none. The data may be the JSON text of an object or list. */
function dataOf(body: unknown): IDataObject {
	if (!isObject(body)) return { list: body as IDataObject[] };
	const { code, data } = body;
	if (code === undefined) return body;
	const parsed = typeof data === 'string' ? tryParseJson(data) : data;
	if (isObject(parsed)) return parsed;
	return Array.isArray(parsed) ? { list: parsed } : { data };
}
