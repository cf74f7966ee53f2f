import { invalidValue } from './errors';

const LAN_HOST =
	/^(localhost|[^.:/]+|\d{1,3}(\.\d{1,3}){3}|\[.*\]|.*\.(local|lan|internal|home|test))(:\d+)?(\/|$)/i;

/**
 * Turns a base URL as people paste it into one to which a path can be appended: blanks and trailing
 * slashes go, a missing scheme is added (`http` for hosts that look like a LAN, `https` otherwise).
 * `ws`/`wss` become `http`/`https`. The scheme that the user gave is never upgraded.
 *
 * Everything that connects to a service takes its address from here: the nodes, their WebSockets and
 * pickers, and the tests of the credentials.
 *
 * @returns The URL without a trailing slash; an empty string stays empty.
 * @throws ChatflowError if it is not an HTTP address, or has a user name or password.
 */
export function cleanBaseUrl(pasted: unknown): string {
	const trimmed = String(pasted ?? '').trim();
	if (trimmed === '') return '';
	const schemed = /^[a-z][a-z\d+.-]*:\/\//i.test(trimmed)
		? trimmed.replace(/^ws(s?):\/\//i, 'http$1://')
		: `${LAN_HOST.test(trimmed) ? 'http' : 'https'}://${trimmed}`;
	check(schemed);
	return withoutSlashes(schemed.split(/[?#]/, 1)[0] ?? '');
}

/**
 * Other schemes, such as `http+unix`, would reach sockets of the own machine past n8n's rules for
 * addresses. A password in the address would be sent in the place of the key, and shown in errors.
 */
function check(address: string): void {
	const url = toUrl(address);
	if (!url || !/^https?:$/.test(url.protocol)) {
		throw invalidValue(
			'The Base URL is not an HTTP address',
			'Write the Base URL in the credential with https:// or http://',
		);
	}
	if (url.username !== '' || url.password !== '') {
		throw invalidValue(
			'The Base URL must not hold a user name or password',
			'Remove everything before the @ from the Base URL in the credential: the key has a field of its own',
		);
	}
}

/** The URL that a text stands for, if it does. */
export function toUrl(text: string, base?: string): URL | undefined {
	try {
		return new URL(text, base);
	} catch {
		return undefined;
	}
}

function withoutSlashes(text: string): string {
	let end = text.length;
	while (text.charAt(end - 1) === '/') end -= 1;
	return text.slice(0, end);
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
