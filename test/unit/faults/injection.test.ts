import { difyRules } from '../../faults/support/injection';
import { messageId, messageText } from '../../faults/support/kind';
import { kinds, mixture } from '../../faults/support/kinds';
import { FaultPlan } from '../../simulators/dify/faults';
import type { RecordedRequest } from '../../simulators/dify/index';

const REQUESTS = 40_000;

function request(method: string, path: string): RecordedRequest {
	return {
		id: 1,
		method,
		path,
		query: {},
		headers: {},
		body: undefined,
		startedAt: 0,
		finishedAt: null,
		status: null,
		aborted: false,
		fault: null,
		faultId: null,
	};
}

/** The part of so many requests that is struck, as the simulator asks: first before it reads. */
function struck(method: string, path: string, seed = 7): number {
	const plan = new FaultPlan();
	for (const rule of difyRules(seed)) plan.add(rule);
	const one = request(method, path);
	let strikes = 0;
	for (let n = 0; n < REQUESTS; n++) {
		if (plan.take(one, true) ?? plan.take(one, false)) strikes += 1;
	}
	return strikes / REQUESTS;
}

describe('the faults of the load and fault suite', () => {
	it.each([
		['POST', '/v1/chat-messages'],
		['GET', '/v1/info'],
		['GET', '/v1/files/1/preview'],
		['POST', '/v1/files/upload'],
	])('strike 10 %% of %s %s', (method, path) => {
		const part = struck(method, path);
		expect(part).toBeGreaterThan(0.09);
		expect(part).toBeLessThan(0.11);
	});

	it('are the same with the same seed, and others with another', () => {
		expect(struck('GET', '/v1/info', 1)).toBe(struck('GET', '/v1/info', 1));
		expect(struck('GET', '/v1/info', 1)).not.toBe(struck('GET', '/v1/info', 2));
	});

	it('never strike a chat message before its id could be read', () => {
		const plan = new FaultPlan();
		for (const rule of difyRules(3)) plan.add({ ...rule, probability: 1 });
		expect(plan.take(request('POST', '/v1/chat-messages'), true)).toBeUndefined();
		expect(plan.take(request('POST', '/v1/files/upload'), true)).toBeDefined();
	});
});

describe('the executions of the load and fault suite', () => {
	it('are a thousand of all kinds, in an order that the seed decides', () => {
		expect(kinds.reduce((sum, { share }) => sum + share, 0)).toBe(1000);
		const order = mixture(1000, 5);
		expect(order).toHaveLength(1000);
		expect(new Set(order)).toEqual(new Set(kinds));
		expect(mixture(1000, 5)).toEqual(order);
		expect(mixture(1000, 6)).not.toEqual(order);
		expect(new Set(mixture(20, 5))).toEqual(new Set(kinds));
	});

	it('carry messages that can be told apart', () => {
		expect(messageId(messageText('load-12', 1))).toBe('load-12.1');
		expect(messageId('Echo: load-12.1')).toBeUndefined();
		expect(messageId(undefined)).toBeUndefined();
	});
});
