import { ChatflowError } from '../../../../nodes/shared/errors';
import type { FailedAttempt } from '../../../../nodes/shared/errors';
import { retryDelayMs, retryReason } from '../../../../nodes/shared/retry';
import { difyService } from '../../../../nodes/Dify/transport/dify';
import { apiError } from '../../../../nodes/Dify/transport/errors';

const METHODS = ['GET', 'POST', 'PUT', 'DELETE'];

interface Failed extends FailedAttempt {
	code?: string;
}

/** How long a request waits before it is sent again. */
function delayMs(method: string, { code, ...attempt }: Failed, attempts = 1): number | undefined {
	const error = new ChatflowError(apiError({ code, message: '' }), attempt);
	const reason = retryReason(difyService.retry, error, method === 'GET');
	return retryDelayMs(reason, error, attempts);
}

it.each(METHODS)('repeats a %s that Dify refused because of too many at once', (method) => {
	expect(delayMs(method, { status: 429, code: 'too_many_requests' })).toBeGreaterThan(0);
});

it.each(METHODS)('never repeats a %s when the quota is used up', (method) => {
	expect(delayMs(method, { status: 429, code: 'rate_limit_error' })).toBeUndefined();
});

it.each(METHODS)('repeats a %s for which no connection was made', (method) => {
	for (const network of ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']) {
		expect(delayMs(method, { network })).toBeGreaterThan(0);
	}
});

it.each([502, 503, 504])(
	'repeats a read after HTTP %i, but nothing that may have run',
	(status) => {
		expect(delayMs('GET', { status })).toBeGreaterThan(0);
		for (const method of ['POST', 'PUT', 'DELETE']) {
			expect(delayMs(method, { status })).toBeUndefined();
		}
	},
);

it('repeats a read whose connection was cut, but nothing that may have run', () => {
	expect(delayMs('GET', { network: 'ECONNRESET' })).toBeGreaterThan(0);
	expect(delayMs('POST', { network: 'ECONNRESET' })).toBeUndefined();
});

it.each(['ECONNABORTED', 'ERR_CANCELED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'UNKNOWN'])(
	'does not repeat a read after %s',
	(network) => {
		expect(delayMs('GET', { network })).toBeUndefined();
	},
);

it.each([400, 401, 403, 404, 500, 524])('does not repeat a read after HTTP %i', (status) => {
	expect(delayMs('GET', { status })).toBeUndefined();
});

it('waits longer the second time and gives up after the third attempt', () => {
	const failed = { network: 'ECONNREFUSED' };
	const delays = [1, 2, 3].map((attempts) => delayMs('GET', failed, attempts));
	expect(delays[1]).toBeGreaterThan(delays[0] ?? Infinity);
	expect(delays[2]).toBeUndefined();
});

it('waits as long as the server asks, unless that is very long', () => {
	const busy = { status: 503, retryAfter: '5' };
	expect(delayMs('GET', busy)).toBe(5_000);
	expect(delayMs('GET', { ...busy, retryAfter: '60' })).toBeUndefined();
	expect(delayMs('GET', { ...busy, retryAfter: 'Fri, 31 Jan 2025 09:30:00 GMT' })).toBe(500);
});

describe('a response', () => {
	const response = (status: number, body: string, headers = {}) => ({ status, headers, body });

	it('is its JSON, and an empty one an empty object', () => {
		expect(difyService.read(response(200, '{"a":[1]}'))).toEqual({ a: [1] });
		expect(difyService.read(response(204, ''))).toEqual({});
	});

	it.each([
		[200, '<html>', {}, 'The response is not from a Dify API'],
		[401, '{"code":"unauthorized"}', {}, 'Dify does not accept the API key'],
		[
			302,
			'',
			{ location: 'https://new.example/v1/info' },
			'The Base URL points to another address',
		],
	])('of status %s and the body %s is an error', (status, body, headers, message) => {
		expect(() => difyService.read(response(status, body, headers))).toThrow(message);
	});
});

it('knows the key as it is sent, without what does not belong into a header', () => {
	expect(difyService.secrets({ apiKey: ' app-key\u200b1\n' })).toEqual([
		'app-key\u200b1',
		'app-key1',
	]);
});
