import { ModelDify } from './model';
import { difyWorld, howMany, type Expected, type MakeWorld } from './world';

/** Only failed runs about one thing, with their details. */
export const workflowLogFiltered: MakeWorld = (random, startFrom) => {
	const dify = new ModelDify(random);
	let counted = 0;
	const happen = () => {
		for (let i = howMany(random); i > 0; i--) {
			dify.addLog({
				runMs: random.chance(0.3) ? random.between(0, 400_000) : 0,
				status: random.pick(['failed', 'failed', 'stopped', 'succeeded']),
				text: random.pick(['a refund', 'a refund', 'the weather']),
			});
			dify.nowMs += random.pick([0, 1, 300, 1000]);
		}
	};
	return difyWorld(dify, {
		parameters: {
			event: 'workflowLog',
			startFrom,
			filters: { keyword: 'refund', status: ['stopped', 'failed'] },
			options: { includeRunDetails: true },
		},
		past: () => {
			happen();
			for (const log of dify.logs) log.endedMs = log.createdMs;
			counted = startFrom === 'now' ? dify.logs.length : 0;
			dify.nowMs += 2000;
		},
		happen,
		expected: () =>
			dify.logs
				.slice(counted)
				.filter(({ status, text }) => status !== 'succeeded' && text === 'a refund')
				.map(({ id, createdMs, endedMs }) => ({
					id,
					readyMs: endedMs,
					lane: 'log',
					at: Math.floor(createdMs / 1000),
					unordered: endedMs > createdMs,
				})),
	});
};

/** Only one conversation of several. */
export const oneConversation: MakeWorld = (random, startFrom) => {
	const dify = new ModelDify(random);
	const expected: Expected[] = [];
	let counts = startFrom === 'all';
	const [wanted, other] = [dify.addConversation(), dify.addConversation()];
	const say = (runMs: number) => {
		const conversation = random.chance(0.8) ? wanted : other;
		const { id, createdMs, answeredMs } = dify.addMessage(conversation, runMs);
		if (counts && conversation === wanted) {
			const ready = { readyMs: answeredMs, lane: wanted.id, at: createdMs, unordered: runMs > 0 };
			expected.push({ id, ...ready });
		}
		dify.nowMs += random.pick([0, 1, 400, 2500]);
	};
	return difyWorld(dify, {
		parameters: {
			event: 'conversationMessage',
			startFrom,
			user: 'someone',
			filters: { conversationId: wanted.id },
		},
		past: () => {
			for (let i = random.pick([0, 1, 2, 5, 12, 120]); i > 0; i--) say(0);
			dify.nowMs += 2000;
			counts = true;
		},
		happen: () => {
			for (let i = howMany(random); i > 0; i--) {
				say(random.chance(0.2) ? random.between(1, 400_000) : 0);
			}
		},
		expected: () => expected,
	});
};
