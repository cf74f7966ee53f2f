import type { IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';

import type { ByteStream } from '../../../nodes/shared/http';
import { startOfText } from '../../../nodes/shared/body';
import { abortable, mimeTypeOf, sendRequest } from '../../../nodes/shared/http';

const SERVICE = { name: 'Dify', credential: 'difyApi' };

interface Sent {
	context: IExecuteFunctions;
	credential: string;
	options: IHttpRequestOptions;
}

/** A context that notes the requests that it is asked for, and with which signal. */
function contextWith(outer?: AbortSignal, failure?: unknown) {
	const sent: Sent[] = [];
	const context = {
		getExecutionCancelSignal: () => outer,
		getNode: () => ({ name: 'Node' }),
		helpers: {
			async httpRequestWithAuthentication(
				this: IExecuteFunctions,
				credential: string,
				options: IHttpRequestOptions,
			) {
				sent.push({ context: this, credential, options });
				if (failure !== undefined) throw failure;
				return { statusCode: 404, headers: { a: 'b' }, body: 'text' };
			},
		},
	} as unknown as IExecuteFunctions;
	return { context, sent };
}

const signalOf = (context?: IExecuteFunctions) =>
	context?.getExecutionCancelSignal() as AbortSignal;

describe('a request', () => {
	it('gives the response of any status and follows no redirect', async () => {
		const { context, sent } = contextWith();
		const response = await sendRequest(context, SERVICE, { url: '/info' });
		expect(response).toEqual({ status: 404, headers: { a: 'b' }, body: 'text' });
		expect(sent[0]?.context).toBe(context);
		expect(sent[0]?.credential).toBe('difyApi');
		expect(sent[0]?.options).toEqual({
			url: '/info',
			encoding: 'stream',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
		});
	});

	it('with a signal of its own has the same context but for the signal', async () => {
		const own = new AbortController();
		const outer = new AbortController();
		const { context, sent } = contextWith(outer.signal);
		await sendRequest(context, SERVICE, { url: '/info' }, own.signal);
		outer.abort();
		const used = sent[0]?.context;
		expect(signalOf(used).aborted).toBe(false);
		own.abort();
		expect(signalOf(used).aborted).toBe(true);
		expect(used?.getNode().name).toBe('Node');
		expect('getExecutionCancelSignal' in (used ?? {})).toBe(true);
	});

	it.each([
		['ECONNREFUSED', 'The Dify server cannot be reached'],
		['ENOTFOUND', 'The host of the Dify server was not found'],
		['ECONNABORTED', 'The request to the Dify server timed out'],
		['ECONNRESET', 'The Dify server closed the connection before it answered'],
		['ERR_CANCELED', 'The execution was cancelled'],
		['DEPTH_ZERO_SELF_SIGNED_CERT', 'The certificate of the Dify server is not trusted'],
		['EODD', 'The request to the Dify server failed: odd'],
	])('that fails with %s says so', async (code, message) => {
		const { context } = contextWith(undefined, Object.assign(new Error('odd'), { code }));
		const sending = sendRequest(context, SERVICE, { url: '/info' });
		await expect(sending).rejects.toMatchObject({
			message,
			info: { details: { code } },
			attempt: { network: code },
		});
	});
});

describe('a signal that can be fired', () => {
	it('ends alone, without the outer one', () => {
		const outer = new AbortController();
		const { signal, abort } = abortable(outer.signal);
		abort();
		expect(signal.aborted).toBe(true);
		expect(outer.signal.aborted).toBe(false);
	});

	it('ends with the outer one', () => {
		const outer = new AbortController();
		const { signal } = abortable(outer.signal);
		outer.abort();
		expect(signal.aborted).toBe(true);
		expect(abortable(outer.signal).signal.aborted).toBe(true);
	});

	it('works where an execution cannot be cancelled', () => {
		const { signal, abort } = abortable();
		expect(signal.aborted).toBe(false);
		abort();
		expect(signal.aborted).toBe(true);
	});

	it('leaves nothing behind on the outer one', () => {
		const outer = new AbortController();
		const removed = jest.spyOn(outer.signal, 'removeEventListener');
		abortable(outer.signal).abort();
		expect(removed).toHaveBeenCalledTimes(1);
	});
});

it('reads the beginning of a text that never ends', async () => {
	let destroyed = false;
	async function* endless() {
		for (;;) yield Buffer.from('ü'.repeat(5_000));
	}
	const stream = Object.assign(endless(), { destroy: () => (destroyed = true) });
	const text = await startOfText(stream as unknown as ByteStream);
	expect(text).toMatch(/^ü{32700,32768}.?$/);
	expect(destroyed).toBe(true);
});

it.each([
	['Audio/MPEG; charset=utf-8', 'audio/mpeg'],
	['image/png', 'image/png'],
	['', undefined],
	[undefined, undefined],
])('%s is the type %s', (header, type) => {
	expect(mimeTypeOf(header)).toBe(type);
});
