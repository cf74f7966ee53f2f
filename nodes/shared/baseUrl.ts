const LAN_HOST =
	/^(localhost|[^.:/]+|\d{1,3}(\.\d{1,3}){3}|\[.*\]|.*\.(local|lan|internal|home|test))(:\d+)?(\/|$)/i;

/**
 * Turns a base URL as people paste it into one to which a path can be appended: blanks and trailing
 * slashes go, a missing scheme is added (`http` for hosts that look like a LAN, `https` otherwise).
 * `ws`/`wss` become `http`/`https`. The scheme that the user gave is never upgraded.
 *
 * @returns The URL without a trailing slash; an empty string stays empty.
 */
export function cleanBaseUrl(pasted: unknown): string {
	const trimmed = String(pasted ?? '').trim();
	if (trimmed === '') return '';
	const schemed = /^[a-z][a-z\d+.-]*:\/\//i.test(trimmed)
		? trimmed.replace(/^ws(s?):\/\//i, 'http$1://')
		: `${LAN_HOST.test(trimmed) ? 'http' : 'https'}://${trimmed}`;
	return schemed.replace(/[?#].*$/, '').replace(/\/+$/, '');
}

/**
 * Base URL of a Dify API: ends with `/v1` whether or not the user pasted it, and drops a call's path
 * that was pasted along (`…/v1/chat-messages`).
 */
export function difyBaseUrl(pasted: unknown): string {
	const url = cleanBaseUrl(pasted);
	const versioned = /^([a-z]+:\/\/[^/]+(?:\/.*)?\/v\d+)(?:\/.*)?$/i.exec(url);
	return versioned?.[1] ?? (url && `${url}/v1`);
}

/** Base URL of a Cybertron server: scheme and host (and a proxy's prefix), without `/openapi/…`. */
export function cybertronBaseUrl(pasted: unknown): string {
	return cleanBaseUrl(pasted).replace(/\/openapi(\/.*)?$/i, '');
}
