import { knowledgeService } from '../../../../nodes/Dify/transport/knowledge';
import type { Caller } from '../../../../nodes/shared/client';
import { withRetries } from '../../../../nodes/shared/client';
import { ChatflowError } from '../../../../nodes/shared/errors';

const BUSY = 'Sorry, you have reached the knowledge base request rate limit of your subscription.';

const refusal = (status: number, body: object) =>
	knowledgeService.errorInfo({ status, headers: {}, body: JSON.stringify(body) });

/** A server that refuses so many requests; when each one came, in seconds. */
function refusing(times: number, message = BUSY) {
	const started = Date.now();
	const came: number[] = [];
	const attempt = async () => {
		came.push((Date.now() - started) / 1000);
		if (came.length > times) return 'done';
		const info = refusal(403, { code: 'forbidden', message, status: 403 });
		return await Promise.reject(new ChatflowError(info, { status: 403 }));
	};
	return { came, attempt };
}

async function send(attempt: () => Promise<string>, signal?: AbortSignal) {
	const caller = { timeoutMs: 1000, signal } as Caller;
	const sent = withRetries(knowledgeService, caller, { method: 'POST' }, attempt);
	return await sent.catch((error: ChatflowError) => error);
}

beforeEach(() => {
	jest.useFakeTimers();
});
afterEach(() => {
	jest.useRealTimers();
});

describe('the request limit of the plan', () => {
	it('is waited for, a whole minute each time', async () => {
		const { came, attempt } = refusing(2);
		const sending = send(attempt);
		await jest.runAllTimersAsync();
		expect(await sending).toBe('done');
		expect(came).toEqual([0, 61, 122]);
	});

	it('is told of after two minutes', async () => {
		const { came, attempt } = refusing(9);
		const sending = send(attempt);
		await jest.runAllTimersAsync();
		expect(await sending).toMatchObject({
			info: {
				message: 'The request limit of the Dify plan has been reached',
				failure: { cause: 'rate-limited' },
			},
		});
		expect(came).toHaveLength(3);
	});

	it('is not waited for any longer when the execution is cancelled', async () => {
		const { came, attempt } = refusing(9);
		const cancel = new AbortController();
		const sending = send(attempt, cancel.signal);
		await jest.advanceTimersByTimeAsync(5_000);
		cancel.abort();
		expect(await sending).toMatchObject({ info: { message: 'The execution was cancelled' } });
		expect(came).toEqual([0]);
	});
});

describe('what Dify refuses for another reason', () => {
	it.each([
		['Dataset api access is not enabled.', 'The API access of the knowledge base is turned off'],
		[
			'The capacity of the vector space has reached the limit of your subscription.',
			'The vector space of the Dify plan is full',
		],
		[
			'The number of documents has reached the limit of your subscription.',
			'The Dify plan allows no more documents',
		],
		[
			'To unlock this feature and elevate your Dify experience, please upgrade to a paid plan.',
			'The Dify plan does not include this feature',
		],
		['You shall not pass.', 'Dify does not allow this request: You shall not pass.'],
	])('is told at once: %s', async (said, message) => {
		const { came, attempt } = refusing(9, said);
		expect(await send(attempt)).toMatchObject({ info: { message } });
		expect(came).toHaveLength(1);
	});
});

describe('an error of the knowledge API', () => {
	it('that gives no code is still told in its own words', () => {
		const { message, details } = refusal(400, { error: 'Segments is required' });
		expect(message).toBe('Dify rejected a value: Segments is required');
		expect(details).toMatchObject({ code: 'invalid_param', status: 400 });
	});

	it('with a code of its own does not repeat what the code says', () => {
		const { message } = refusal(409, { code: 'dataset_name_duplicate', message: 'Exists.' });
		expect(message).toBe('There is a knowledge base of this name already');
	});

	it('on a page of the web framework speaks of IDs first', () => {
		const info = knowledgeService.errorInfo({ status: 404, headers: {}, body: '<html>' });
		expect(info.description).toMatch(/^Check the IDs/);
		expect(info.description).not.toMatch(/Human Input/);
	});
});
