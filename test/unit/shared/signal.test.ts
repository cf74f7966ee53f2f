import type { IExecuteFunctions } from 'n8n-workflow';

import { hangable, withSignal } from '../../../nodes/shared/transport/signal';

function contextWith(signal?: AbortSignal): IExecuteFunctions {
	return {
		getExecutionCancelSignal: () => signal,
		getNode: () => ({ name: 'Node' }),
	} as unknown as IExecuteFunctions;
}

const signalOf = (context: IExecuteFunctions) => context.getExecutionCancelSignal() as AbortSignal;

describe('a context with a signal of its own', () => {
	it('is the same context but for the signal', () => {
		const own = new AbortController();
		const outer = new AbortController();
		const context = withSignal(contextWith(outer.signal), own.signal);
		outer.abort();
		expect(signalOf(context).aborted).toBe(false);
		own.abort();
		expect(signalOf(context).aborted).toBe(true);
		expect(context.getNode().name).toBe('Node');
		expect('getExecutionCancelSignal' in context).toBe(true);
	});
});

describe('a request that can be hung up', () => {
	it('ends alone, without the context that it was made from', () => {
		const outer = new AbortController();
		const { context, hangUp } = hangable(contextWith(outer.signal));
		hangUp();
		expect(signalOf(context).aborted).toBe(true);
		expect(outer.signal.aborted).toBe(false);
	});

	it('ends with the context that it was made from', () => {
		const outer = new AbortController();
		const { context } = hangable(contextWith(outer.signal));
		outer.abort();
		expect(signalOf(context).aborted).toBe(true);
		expect(signalOf(hangable(contextWith(outer.signal)).context).aborted).toBe(true);
	});

	it('works where an execution cannot be cancelled', () => {
		const { context, hangUp } = hangable(contextWith());
		expect(signalOf(context).aborted).toBe(false);
		hangUp();
		expect(signalOf(context).aborted).toBe(true);
	});
});
