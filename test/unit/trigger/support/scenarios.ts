import type { IDataObject } from 'n8n-workflow';

import { oneConversation, workflowLogFiltered } from './filtered';
import { ModelDify } from './model';
import type { Answer } from './n8n';
import { difyWorld, howMany, type Expected, type MakeWorld } from './world';

const workflowLog: MakeWorld = (random, startFrom) => {
	const dify = new ModelDify(random);
	let counted = 0;
	const many = (count: number, options: () => Parameters<ModelDify['addLog']>[0]) => {
		for (let i = 0; i < count; i++) {
			dify.addLog(options());
			dify.nowMs += random.pick([0, 0, 1, 300, 1000]);
		}
	};
	return difyWorld(dify, {
		parameters: { event: 'workflowLog', startFrom },
		past: () => {
			many(random.pick([0, 1, 2, 5, 9, 130]), () => ({}));
			counted = startFrom === 'now' ? dify.logs.length : 0;
			dify.nowMs += 2000;
		},
		happen: () => {
			const count = howMany(random);
			many(count, () => ({
				lateMs: random.chance(0.2) ? random.between(0, 60_000) : 0,
				runMs: count === 1 && random.chance(0.2) ? random.between(0, 400_000) : 0,
			}));
		},
		expected: () =>
			dify.logs.slice(counted).map(({ id, createdMs, visibleMs, endedMs }) => ({
				id,
				readyMs: Math.max(visibleMs, endedMs),
				lane: 'log',
				at: Math.floor(createdMs / 1000),
				unordered: endedMs > createdMs,
			})),
	});
};

const feedback: MakeWorld = (random, startFrom) => {
	const dify = new ModelDify(random);
	const expected: Expected[] = [];
	const changed = new Map<string, string>();
	let counts = startFrom === 'all';
	const add = () => {
		const row = dify.addFeedback({ lateMs: random.chance(0.1) ? random.between(0, 20_000) : 0 });
		// Equal times would leave their order to the server.
		dify.nowMs += random.pick([1, 1, 7, 900]);
		const { id, createdMs, visibleMs } = row;
		if (counts) expected.push({ id, readyMs: visibleMs, lane: 'new', at: createdMs });
	};
	const change = () => {
		// Only the newest feedbacks are watched.
		const row = random.pick(dify.feedbacks.slice(-50));
		row.rating = random.pick(['like', 'dislike']);
		row.content = `Changed ${dify.nowMs}`;
		row.updatedAt = dify.now();
		changed.set(row.id, row.content);
		dify.nowMs += 1;
	};
	return difyWorld(dify, {
		parameters: { event: 'feedback', startFrom },
		past: () => {
			for (let i = random.pick([0, 1, 2, 3, 5, 12, 20, 40, random.pick([140, 620])]); i > 0; i--)
				add();
			dify.nowMs += 30_000;
			counts = true;
		},
		happen: () => {
			if (dify.feedbacks.length > 0 && random.chance(0.2)) change();
			else for (let i = howMany(random); i > 0; i--) add();
		},
		expected: () => expected,
		check: (items) => {
			const shown = new Set(items.map(({ id, content }) => `${String(id)} ${String(content)}`));
			return [...changed]
				.filter(([id, content]) => !shown.has(`${id} ${content}`))
				.map(([id]) => `the last change of ${id} is missing`);
		},
	});
};

const conversationMessage: MakeWorld = (random, startFrom) => {
	const dify = new ModelDify(random);
	const expected: Expected[] = [];
	let counts = startFrom === 'all';
	const say = (runMs: number) => {
		const isNew = dify.conversations.length === 0 || random.chance(0.3);
		const conversation = isNew ? dify.addConversation() : random.pick(dify.conversations.slice(-6));
		const { id, createdMs, answeredMs } = dify.addMessage(conversation, runMs);
		if (counts) {
			expected.push({
				id,
				readyMs: answeredMs,
				lane: conversation.id,
				at: createdMs,
				unordered: runMs > 0,
			});
		}
		dify.nowMs += random.pick([0, 1, 400, 2500]);
	};
	return difyWorld(dify, {
		parameters: { event: 'conversationMessage', startFrom, user: 'someone' },
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

/** The statuses that a file passes through, and the time of each change. */
interface ModelFile {
	id: string;
	plan: Array<{ status: number; fromMs: number }>;
}

const offlineFileStatus: MakeWorld = (random) => {
	let nowMs = 0;
	const files: ModelFile[] = Array.from(
		{ length: random.pick([1, 2, 3, 4, 6, 9, 12, 130]) },
		(_, i) => ({
			id: String(i + 1),
			plan: [],
		}),
	);
	const begin = (file: ModelFile) => {
		const last = random.pick([3, 6, 7, 7, 8]);
		const way = [1, 2, 4, 5].filter((status) => last >= 7 || status < last);
		let fromMs = nowMs;
		for (const status of [...way, last]) {
			file.plan.push({ status, fromMs });
			fromMs += random.between(0, 200_000);
		}
	};
	const serve = (_path: string, query: IDataObject): Answer => {
		const file = files.find(({ id }) => id === query.file_id);
		const step = file?.plan.filter(({ fromMs }) => fromMs <= nowMs).at(-1);
		if (!step) return { body: { code: '400000', message: 'The file does not exist', data: null } };
		return { body: { code: '000000', data: { file_id: Number(query.file_id), ...step } } };
	};
	return {
		parameters: {
			event: 'offlineFileStatus',
			startFrom: 'all',
			emitOn: 'change',
			fileIds: files.map(({ id }) => id).join(', '),
		},
		clock: () => nowMs,
		advance: (ms) => {
			nowMs += ms;
		},
		serve,
		past: () => {
			for (const file of files) if (random.chance(0.5)) begin(file);
		},
		happen: () => {
			const idle = files.find(({ plan }) => plan.length === 0);
			if (idle) begin(idle);
			nowMs += random.between(0, 5000);
		},
		expected: () =>
			files.flatMap(({ id, plan }) =>
				plan.map(({ status, fromMs }, i) => ({
					id: `${id}:${status}`,
					readyMs: fromMs,
					lane: id,
					at: status,
					optional: i < plan.length - 1,
				})),
			),
	};
};

/** A world for each event of the trigger, and for those with filters. */
export const worlds = {
	conversationMessage,
	oneConversation,
	feedback,
	offlineFileStatus,
	workflowLog,
	workflowLogFiltered,
};
