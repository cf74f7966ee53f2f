import { retryDelayMs } from '../../../../nodes/Dify/transport/retry';

const METHODS = ['GET', 'POST', 'PUT', 'DELETE'];

it.each(METHODS)('repeats a %s that Dify refused because of too many at once', (method) => {
	expect(retryDelayMs(method, { status: 429, code: 'too_many_requests' }, 1)).toBeGreaterThan(0);
});

it.each(METHODS)('never repeats a %s when the quota is used up', (method) => {
	expect(retryDelayMs(method, { status: 429, code: 'rate_limit_error' }, 1)).toBeUndefined();
});

it.each(METHODS)('repeats a %s for which no connection was made', (method) => {
	for (const network of ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']) {
		expect(retryDelayMs(method, { network }, 1)).toBeGreaterThan(0);
	}
});

it.each([502, 503, 504])(
	'repeats a read after HTTP %i, but nothing that may have run',
	(status) => {
		expect(retryDelayMs('GET', { status }, 1)).toBeGreaterThan(0);
		for (const method of ['POST', 'PUT', 'DELETE']) {
			expect(retryDelayMs(method, { status }, 1)).toBeUndefined();
		}
	},
);

it('repeats a read whose connection was cut, but nothing that may have run', () => {
	expect(retryDelayMs('GET', { network: 'ECONNRESET' }, 1)).toBeGreaterThan(0);
	expect(retryDelayMs('POST', { network: 'ECONNRESET' }, 1)).toBeUndefined();
});

it.each(['ECONNABORTED', 'ERR_CANCELED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'UNKNOWN'])(
	'does not repeat a read after %s',
	(network) => {
		expect(retryDelayMs('GET', { network }, 1)).toBeUndefined();
	},
);

it.each([400, 401, 403, 404, 500, 524])('does not repeat a read after HTTP %i', (status) => {
	expect(retryDelayMs('GET', { status }, 1)).toBeUndefined();
});

it('waits longer the second time and gives up after the third try', () => {
	const failed = { network: 'ECONNREFUSED' };
	const delays = [1, 2, 3].map((tries) => retryDelayMs('GET', failed, tries));
	expect(delays[1]).toBeGreaterThan(delays[0] ?? Infinity);
	expect(delays[2]).toBeUndefined();
});
