import type { SimulatorProcess } from '../../bench/support/simulators';
import type { FaultRule } from '../../simulators/dify/index';

/** What may happen to a request, with its chance. */
type Chance = [probability: number, rule: Omit<FaultRule, 'probability' | 'id'> & { id: string }];

/** For every request to Dify: 6 %. */
const ANY: Chance[] = [
	[0.01, { id: 'reset before it was processed', action: 'reset', when: 'after-read' }],
	[0.01, { id: 'reset after it was processed', action: 'reset', when: 'after-accept' }],
	[0.01, { id: 'stall before the answer', action: 'stall' }],
	[0.01, { id: '429 too_many_requests', action: 'respond', preset: 'too_many_requests' }],
	[0.005, { id: '429 rate_limit_error', action: 'respond', preset: 'rate_limit_error' }],
	[0.005, { id: '500', action: 'respond', preset: '500' }],
	[0.01, { id: '503 as a page', action: 'respond', preset: '503-html' }],
];

const CHAT = { path: '/chat-messages' };
const READ = { method: 'GET' };

/** For chat messages in addition: 4 %. */
const CHATS: Chance[] = [
	[0.01, { id: 'truncation at the start', action: 'truncate', bytes: 60, ...CHAT }],
	[0.01, { id: 'truncation on the way', action: 'truncate', bytes: 1500, ...CHAT }],
	[0.01, { id: 'stall on the way', action: 'stall', bytes: 1500, ...CHAT }],
	[0.005, { id: '502 as a page', action: 'respond', preset: '502-html', ...CHAT }],
	[0.005, { id: '504 as a page', action: 'respond', preset: '504-html', ...CHAT }],
];

/** For everything that is read in addition: 4 %. */
const READS: Chance[] = [
	[0.02, { id: 'truncation of what is read', action: 'truncate', bytes: 60, ...READ }],
	[0.01, { id: '502 for what is read', action: 'respond', preset: '502-html', ...READ }],
	[0.01, { id: 'reset of what is read', action: 'reset', when: 'after-read', ...READ }],
];

/** For uploads in addition: 4 %. Here the id of a message would not be known, so not for those. */
const UPLOADS: Chance[] = [
	[0.04, { id: 'reset amid the upload', action: 'reset', path: '/files/upload' }],
];

/**
 * The rules for Dify. They are tried one after the other, so each one's chance has to be that of the
 * requests that all before it have let pass.
 */
export function difyRules(seed: number): FaultRule[] {
	return [UPLOADS, [...ANY, ...CHATS], [...ANY, ...READS]].flatMap((chances, list) => {
		let passed = 1;
		return chances.flatMap(([share, rule], place): FaultRule[] => {
			const probability = share / passed;
			passed -= share;
			// The common ones stand in both lists, and are needed once.
			if (list === 2 && place < ANY.length) return [];
			return [{ ...rule, probability, times: 0, seed: seed + list * 100 + place }];
		});
	});
}

/** For Cybertron: 10 % of HTTP requests, of handshakes and of messages on the WebSocket. */
const CYBERTRON = [
	{
		on: 'http',
		probability: 0.1,
		oneOf: [
			'#reset',
			'#lost',
			'#stall',
			'#truncate',
			'#invalid-json',
			'#status 429',
			'#status 429 #retry-after 1',
			'#status 500',
			'#status 503',
		],
	},
	{
		on: 'upgrade',
		probability: 0.1,
		oneOf: ['#reset', '#stall', '#status 429', '#status 503', '#terminate-after'],
	},
	{
		on: 'round',
		probability: 0.1,
		oneOf: [
			'#terminate-after 2',
			'#terminate-after 5',
			'#silent-after 2',
			'#silent-after 5',
			'#half-after 5',
			'#late-error:500000',
		],
	},
];

/** From now on both servers misbehave, as the seed wants it, and count it anew. */
export async function injectFaults(simulators: SimulatorProcess, seed: number): Promise<void> {
	const { difyControl, cybertronControl } = simulators;
	await difyControl.call('DELETE', '/faults');
	await difyControl.call('POST', '/faults', { faults: difyRules(seed) });
	await cybertronControl.call('DELETE', '/faults');
	await cybertronControl.call('POST', '/seed', { seed });
	for (const fault of CYBERTRON) await cybertronControl.call('POST', '/faults', fault);
}

/** How many requests, handshakes and messages have reached the servers since they were started. */
export async function requestCount(simulators: SimulatorProcess): Promise<number> {
	const { difyControl, cybertronControl } = simulators;
	const { total } = await difyControl.call<{ total: number }>('GET', '/counters');
	const lists = await Promise.all(
		['/requests', '/handshakes', '/received'].map(
			async (path) => await cybertronControl.call<unknown[]>('GET', path),
		),
	);
	return lists.reduce((sum, { length }) => sum + length, total);
}

/** How often each kind of fault has struck. */
export type Strikes = Array<[kind: string, times: number]>;

/** What has been injected since `injectFaults`. */
export async function strikes(simulators: SimulatorProcess): Promise<Strikes> {
	type Listed = { data: Array<{ id: string; hits: number }> };
	type State = { strikes: Record<string, number> };
	const { data } = await simulators.difyControl.call<Listed>('GET', '/faults');
	const state = await simulators.cybertronControl.call<State>('GET', '/state');
	const dify = data.map(({ id, hits }): [string, number] => [`dify: ${id}`, hits]);
	const cybertron = Object.entries(state.strikes);
	return [...dify, ...cybertron.map(([id, hits]): [string, number] => [`cybertron: ${id}`, hits])];
}
