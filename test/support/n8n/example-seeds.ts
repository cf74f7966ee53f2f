import type { DifySimulator } from '../../simulators/dify/index';

const MORNING = Date.UTC(2026, 2, 2, 9);
const MINUTE = 60_000;

/** What has happened in Dify before the example workflows run, so that they find something. */
export function seedForExamples({ seed, state }: DifySimulator): void {
	const talk = (name: string, createdAt: number, messages: Array<[string, string]>) => {
		const conversation = seed.conversation({ user: 'customer-7', name, createdAt });
		return messages.map(([query, answer], index) =>
			seed.message({
				conversationId: conversation.id,
				query,
				answer,
				createdAt: createdAt + (index + 1) * MINUTE,
			}),
		);
	};
	talk('A broken lamp', MORNING, [
		['My lamp is broken', 'We send you another one.'],
		['When will it come?', 'On Friday.'],
	]);
	const [answered] = talk('Opening hours', MORNING + 60 * MINUTE, [
		['When are you open?', 'From 9 to 5.'],
	]);
	seed.feedback({
		messageId: answered?.id,
		user: 'customer-7',
		rating: 'dislike',
		content: 'From 9 to 5, on Fridays until 3.',
	});
	seed.knowledgeBase({ name: 'Handbook', with: { id: HANDBOOK } });
	seed.document({
		datasetId: HANDBOOK,
		name: 'leave.md',
		text: 'You have 30 days of leave a year.',
	});
	const error = 'The stock list cannot be read';
	const log = seed.log({ app: 'app-workflow-key', status: 'failed', error, createdAt: MORNING });
	state.runs.set(log.runId, {
		id: log.runId,
		taskId: log.runId,
		appId: log.appId,
		endUserId: log.endUserId ?? '',
		conversationId: null,
		messageId: null,
		workflowId: log.runId,
		status: 'failed',
		inputs: { query: 'How many lamps are left?' },
		outputs: {},
		error,
		totalSteps: log.totalSteps,
		totalTokens: log.totalTokens,
		exceptionsCount: 1,
		createdAt: log.createdAt,
		finishedAt: log.finishedAt,
	});
}

/** The knowledge base that an example names by its ID. */
const HANDBOOK = '6f1c2a54-0d3e-4b58-9a77-2c1d5e8f9b30';
