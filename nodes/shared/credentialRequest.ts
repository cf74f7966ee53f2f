import type { IHttpRequestOptions } from 'n8n-workflow';

/**
 * A request as n8n's nodes make it. The HTTP Request node, with one of these credentials chosen as
 * its predefined type, still makes those of an older kind: `uri`, `rejectUnauthorized`.
 */
type AnyRequest = IHttpRequestOptions & { uri?: string; rejectUnauthorized?: boolean };

/** What a credential adds to a request. */
export interface RequestCompletion {
	/** Where relative addresses begin; without a slash at its end. */
	baseUrl: string;
	headers: Record<string, string>;
	/** Whether any certificate is good enough. */
	insecure: boolean;
}

/** The request with its address, headers and TLS option completed; absolute addresses stay. */
export function completeRequest(
	request: IHttpRequestOptions,
	{ baseUrl, headers, insecure }: RequestCompletion,
): IHttpRequestOptions {
	const { uri, ...rest }: AnyRequest = request;
	const address = uri ?? rest.url ?? '';
	const url = /^https?:\/\//i.test(address) ? address : `${baseUrl}${address}`;
	const completed: AnyRequest = {
		...rest,
		baseURL: undefined,
		url,
		skipSslCertificateValidation: insecure || rest.skipSslCertificateValidation === true,
		headers: { ...rest.headers, ...headers },
	};
	if (uri !== undefined && insecure) completed.rejectUnauthorized = false;
	return completed;
}
