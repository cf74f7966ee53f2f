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
