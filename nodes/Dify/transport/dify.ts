import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { Caller, Service } from '../../shared/client';
import { Client } from '../../shared/client';
import type { ErrorInfo } from '../../shared/errors';
import type { HttpResponse } from '../../shared/http';
import { failedResponse, redirectInfo } from '../../shared/http';
import { tryParseJson } from '../../shared/json';
import type { SpecialAdvice } from './errors';
import { isCeiling, responseError } from './errors';

/** What n8n's HTTP client leaves out of a header: the server gets, and may repeat, a key without it. */
const NOT_IN_HEADERS = /[^\x20-\x7e\x80-\xff]/g;

/** How Dify is called (SERVER.md, "Errors and status codes"). */
export const difyService: Service = {
	name: 'Dify',
	credential: 'difyApi',
	secrets: ({ apiKey }: ICredentialDataDecryptedObject) => {
		const key = String(apiKey ?? '').trim();
		return [key, key.replace(NOT_IN_HEADERS, '')];
	},
	retry: {
		passingStatus: new Set([502, 503, 504]),
		isRefused: ({ info }) => isCeiling(info.details ?? {}),
	},
	read: (response) => readJson(response),
	errorInfo: (response) => errorInfo(response),
};

/** Dify's API, bound to who calls it. */
export function dify(caller: Caller): Client {
	return new Client(difyService, caller);
}

/** The JSON of a response, see {@link Service.read}. */
export function readJson(response: HttpResponse<string>, special?: SpecialAdvice): unknown {
	if (response.status >= 300) throw failedResponse(response, errorInfo(response, special));
	if (!response.body) return {};
	const body = tryParseJson(response.body);
	if (body === undefined) throw failedResponse(response, responseError(response, special));
	return body;
}

/** The failure of a response, see {@link Service.errorInfo}. */
export function errorInfo(response: HttpResponse<string>, special?: SpecialAdvice): ErrorInfo {
	const { status, headers } = response;
	if (status >= 400 || !headers.location) return responseError(response, special);
	return redirectInfo(status, headers.location, 'that address, up to /v1,');
}
