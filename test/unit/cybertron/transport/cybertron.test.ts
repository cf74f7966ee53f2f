import { cybertronService } from '../../../../nodes/Cybertron/transport/cybertron';
import { ChatflowError, type FailedAttempt } from '../../../../nodes/shared/errors';
import { redactor } from '../../../../nodes/shared/redact';
import { retryDelayMs, retryReason } from '../../../../nodes/shared/retry';

const delayMs = (isRead: boolean, failed: FailedAttempt, attempts: number) => {
	const error = new ChatflowError({ message: 'failed' }, failed);
	return retryDelayMs(retryReason(cybertronService.retry, error, isRead), error, attempts);
};

describe('what is tried again', () => {
	it.each([
		['a read that never reached the server', true, { network: 'ECONNREFUSED' }, 500],
		['a question that never reached the server', false, { network: 'ENOTFOUND' }, 500],
		['a read that was cut', true, { network: 'ECONNRESET' }, 500],
		['a question that was cut', false, { network: 'ECONNRESET' }, undefined],
		['a read that a proxy spoiled', true, { status: 503 }, 500],
		['a question that a proxy spoiled', false, { status: 503 }, undefined],
		['a read that timed out', true, { network: 'ECONNABORTED' }, undefined],
		['a read that was refused', true, { status: 404 }, undefined],
		['a read for which the server wants a pause', true, { status: 429, retryAfter: '3' }, 3_000],
		[
			'a read for which the server wants a long pause',
			true,
			{ status: 429, retryAfter: '60' },
			undefined,
		],
		['a read with a pause that nobody understands', true, { status: 429, retryAfter: 'soon' }, 500],
	])('%s', (_what, isRead, failed, expected) => {
		expect(delayMs(isRead, failed, 1)).toBe(expected);
	});

	it('is tried three times in all, with growing pauses', () => {
		const delays = [1, 2, 3].map((attempts) => delayMs(true, { status: 502 }, attempts));
		expect(delays).toEqual([500, 1_500, undefined]);
	});
});

describe('blanking the secrets of a credential', () => {
	const redact = redactor(cybertronService.secrets({ robotKey: ' Ab12/Cd34Ef= ', robotToken: '' }));

	it('takes them out however they are escaped', () => {
		const text = '{"a":"Ab12\\/Cd34Ef\\u003d","b":["x Ab12%2FCd34Ef%3D y"]}';
		expect(redact(JSON.parse(text))).toEqual({ a: '***', b: ['x *** y'] });
	});

	it('leaves a response without them as it is', () => {
		const parsed = { a: 'Ab12' };
		expect(redact(parsed)).toBe(parsed);
	});
});
