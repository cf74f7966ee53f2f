import type { IExecuteFunctions } from 'n8n-workflow';

/**
 * The same context, with another signal that ends its requests and waits.
 *
 * n8n ties every request with a credential to the cancel signal of the execution, whatever signal
 * the request names (facts on n8n, 1.6). A call that is to be made because the execution was
 * cancelled, or a request that is to end without it, needs a signal of its own.
 */
export function withSignal(context: IExecuteFunctions, signal: AbortSignal): IExecuteFunctions {
	return new Proxy(context, {
		get: (target, key) => {
			if (key === 'getExecutionCancelSignal') return () => signal;
			const value: unknown = Reflect.get(target, key);
			return value;
		},
	});
}

/** A request that can be ended by its caller. */
export interface Hangable {
	/** For the one request; it ends with the context it was made from, too. */
	context: IExecuteFunctions;
	/** Ends the request and closes its connection, whatever has been read of the answer. */
	hangUp(): void;
}

/**
 * Makes a context for one request whose answer is a stream. Destroying the stream is not enough: it
 * is n8n's wrapper of the real one, and the connection would stay open until the server sends again.
 */
export function hangable(context: IExecuteFunctions): Hangable {
	const own = new AbortController();
	const outer = context.getExecutionCancelSignal();
	const forward = () => own.abort();
	if (outer?.aborted) own.abort();
	else outer?.addEventListener('abort', forward, { once: true });
	return {
		context: withSignal(context, own.signal),
		hangUp: () => {
			outer?.removeEventListener('abort', forward);
			own.abort();
		},
	};
}
