import type { Dict } from './types';

/**
 * An error answer in the server's own shape: `{code, message, status}`.
 * `params` is added for argument errors, `headers` for 401.
 */
export class DifyError extends Error {
	constructor(
		readonly status: number,
		readonly code: string,
		message: string,
		readonly extra: { params?: string; headers?: Record<string, string> } = {},
	) {
		super(message);
	}

	toBody(): Dict {
		const body: Dict = { code: this.code, message: this.message, status: this.status };
		if (this.extra.params !== undefined) body.params = this.extra.params;
		return body;
	}
}

/** An answer that is an HTML page, as proxies and unknown routes give. */
export class HtmlError extends Error {
	constructor(
		readonly status: number,
		readonly title: string,
		readonly detail: string,
		readonly server = 'nginx',
	) {
		super(title);
	}

	toHtml(): string {
		return `<!doctype html>\n<html lang=en>\n<title>${this.status} ${this.title}</title>\n<h1>${this.title}</h1>\n<p>${this.detail}</p>\n<hr><center>${this.server}</center>\n`;
	}
}

/** Python `ValueError` inside a controller. */
export function invalidParam(message: string, params?: string): DifyError {
	return new DifyError(400, 'invalid_param', message, params === undefined ? {} : { params });
}

export function badRequest(message: string): DifyError {
	return new DifyError(400, 'bad_request', message);
}

export function notFound(message: string): DifyError {
	return new DifyError(404, 'not_found', message);
}

export function forbidden(message: string, code = 'forbidden'): DifyError {
	return new DifyError(403, code, message);
}

export function unauthorized(message: string): DifyError {
	return new DifyError(401, 'unauthorized', message, {
		headers: { 'WWW-Authenticate': 'Bearer realm="api"' },
	});
}

export function unknownRoute(): HtmlError {
	return new HtmlError(
		404,
		'Not Found',
		'The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.',
	);
}

/** What a proxy answers when the whole body is too large. */
export function bodyTooLarge(): HtmlError {
	return new HtmlError(413, 'Request Entity Too Large', 'The request is too large.');
}
