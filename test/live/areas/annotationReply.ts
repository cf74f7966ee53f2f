import type { INodeParameters } from 'n8n-workflow';

import type { DifyContext } from '../difySuite';
import { NotPossible } from '../session';
import { assert, assertSame, assertShape } from '../shapes';

interface Pair {
	question: string;
	answer: string;
}

/** Dify takes seconds to turn it on; a job that does not end must not hold up the suite. */
const JOB_LIMIT_MS = 60_000;
const OFF_ALREADY_LIMIT_MS = 15_000;

/** Turns answering from annotations on, asks, and turns it off again. */
export async function annotationReply(
	{ session, main, settings }: DifyContext,
	pair: Pair,
): Promise<void> {
	const configure = (action: string, options: INodeParameters = {}): INodeParameters => ({
		action,
		scoreThreshold: 0.95,
		embeddingProviderName: settings.embeddingProvider,
		embeddingModelName: settings.embeddingModel,
		options: { waitForResult: true, ...options },
	});
	let isOn = false;
	const disable = async (limitMs: number) => {
		const item = await main.one('annotation.configureReply', configure('disable'), { limitMs });
		isOn = false;
		assertSame(item.job_status, 'completed', 'job_status');
	};
	session.onEnd(async () => {
		if (isOn) await disable(JOB_LIMIT_MS);
	});
	const enabled = await session.check('Annotation > Configure Reply, Enable', async () => {
		const { annotation_reply: reply } = await main.one('app.getParameters');
		if ((reply as { enabled?: boolean } | undefined)?.enabled) {
			throw new NotPossible('it is on already, and would have to be turned off afterwards');
		}
		isOn = true;
		const limitMs = JOB_LIMIT_MS;
		const item = await main.one('annotation.configureReply', configure('enable'), { limitMs });
		assertShape(item, { job_id: 'string', job_status: 'string' });
		assertSame(item.job_status, 'completed', 'job_status');
		return String(item.job_id);
	});
	await session.check('Annotation > Get Reply Status', async () => {
		const jobId = enabled.get();
		const item = await main.one('annotation.getReplyStatus', { action: 'enable', jobId });
		assertSame([item.job_id, item.job_status], [jobId, 'completed'], 'the job');
	});
	await session.check('Chat > Send, an annotation answers', async () => {
		enabled.get();
		const item = await main.ask(pair.question);
		assertSame([item.status, item.answer], ['succeeded', pair.answer], 'status and answer');
	});
	await session.check('Chat > Send, an annotation answers, Per Node', async () => {
		enabled.get();
		const parameters = await main.message(pair.question, { outputMode: 'perNode' });
		const { json } = await main.run('chat.send', parameters);
		assertSame(
			json.map(({ answer }) => answer),
			[pair.answer],
			'the answers of the items',
		);
	});
	await session.check('Annotation > Configure Reply, Disable', async () => {
		enabled.get();
		await disable(JOB_LIMIT_MS);
	});
	await session.check('Annotation > Configure Reply, Disable when it is off', async () => {
		enabled.get();
		assert(!isOn, 'it is still on');
		const limitMs = OFF_ALREADY_LIMIT_MS;
		await main.one('annotation.configureReply', configure('disable'), { limitMs });
	});
}
