import { audioPieces, makeMp3 } from './audio';
import { answerText, wordsOf } from './answers';
import type { DirectiveName } from './directives';
import { emitAudio, speaks, workflowOutputs } from './lifecycle';
import type { RunSession } from './session';
import { RunEnd } from './signals';
import { bulkDeltas } from './steps/bulk';
import { iterationStep, loopStep } from './steps/containers';
import {
	agentStep,
	filesStep,
	knowledgeStep,
	longIdsStep,
	manyNodesStep,
	partialStep,
	retryStep,
	unknownEventStep,
	workStep,
} from './steps/extras';
import { runReasoning } from './steps/reasoning';

type Step = (run: RunSession) => Promise<void>;

/** Nodes between start and LLM, each present when its directive is, in this order. */
const STEPS: Array<[DirectiveName, Step]> = [
	['work', workStep],
	['nodes', manyNodesStep],
	['knowledge', knowledgeStep],
	['retry', retryStep],
	['partial', partialStep],
	['agent', agentStep],
	['iteration', iterationStep],
	['loop', loopStep],
	['files', filesStep],
	['long-ids', longIdsStep],
	['unknown-event', unknownEventStep],
	['pause', pauseStep],
	['hang', hangStep],
];

/** What a Chatflow (or Workflow) app does with a query: see the table of directives. */
export async function standardFlow(run: RunSession): Promise<void> {
	const { plan } = run;
	if (plan.has('queue')) await run.pacer.sleep(plan.number('queue', 1000));
	if (plan.has('annotation')) await replyOnly(run, 'This answer comes from an annotation.', true);
	const known = annotatedAnswer(run);
	if (known !== undefined) await replyOnly(run, known, true);
	if (plan.has('moderation', 'input')) {
		await replyOnly(run, 'Your message was rejected by moderation.', false);
	}
	if (plan.has('error') && !plan.has('error', 'mid')) startError(run);
	run.startWorkflow();
	await run.node({ nodeId: 'start', type: 'start', title: 'Start', inputs: run.record.inputs });
	for (const [directive, step] of STEPS) {
		if (plan.has(directive)) await step(run);
	}
	await llmNode(run);
	if (!run.message) {
		await run.node(
			{ nodeId: 'end', type: 'end', title: 'End' },
			{ outputs: workflowOutputs(run, run.answer) },
		);
		return;
	}
	await run.node(
		{ nodeId: 'answer', type: 'answer', title: 'Answer' },
		{ outputs: { answer: run.answer, files: run.outputFiles } },
	);
}

/** The answer of the app's annotation for just this question, if the app answers from annotations. */
function annotatedAnswer({ app, state, request }: RunSession): string | undefined {
	if (!app.annotationReply) return undefined;
	const annotations = [...state.annotations.values()].filter(({ appId }) => appId === app.id);
	return annotations.find(({ question }) => question === request.query)?.answer;
}

/** A reply without a workflow (annotation and input moderation). */
export async function replyOnly(
	run: RunSession,
	text: string,
	annotation: boolean,
): Promise<never> {
	run.annotationHit = annotation;
	await run.delta(text, null);
	throw new RunEnd('no-workflow');
}

/** An exception around the start: the worker's error has no code and no ids. */
export function startError(run: RunSession): never {
	const message = 'The model provider refused the credentials';
	if (run.traits.execution === 'worker' && run.hasWorkflow) {
		run.channel.publish({
			event: 'error',
			text: JSON.stringify({ event: 'error', message, status: 500 }),
		});
	} else {
		emitError(run, message, 'provider_not_initialize');
	}
	throw new RunEnd('error', message, { code: 'provider_not_initialize', status: 400 });
}

function emitError(run: RunSession, message: string, code: string): void {
	const { task_id: _taskId, ...envelope } = run.envelope('error');
	run.channel.publish({
		event: 'error',
		text: JSON.stringify({ ...envelope, code, status: 400, message }),
	});
}

async function llmNode(run: RunSession): Promise<void> {
	const { plan } = run;
	const node = run.startNode({ nodeId: 'llm', type: 'llm', title: 'LLM' });
	if (plan.has('first')) await run.pacer.sleep(plan.number('first', 1000));
	if (plan.has('reasoning')) await runReasoning(run);
	if (plan.has('big')) await bulkDeltas(run, plan.number('big', 1000));
	else await streamAnswer(run);
	endModeration(run);
	if (plan.has('fail-node')) {
		const error = 'The model is overloaded';
		run.finishNode(node, { status: 'failed', error, outputs: null });
		run.fail(error);
	}
	run.finishNode(node, {
		outputs: { text: run.answer, usage: run.usage(), finish_reason: 'stop' },
		processData: { model_mode: 'chat', model_name: 'simulated' },
		tokens: Math.ceil(run.request.query.length / 4) + run.deltas,
	});
}

/** Streams the answer word by word, with what directives put between the words. */
export async function streamAnswer(run: RunSession): Promise<void> {
	const words = wordsOf(answerText(run));
	const spoken = speaks(run) ? audioPieces(makeMp3(words.join('')), 4).slice(0, 2) : [];
	const middle = Math.floor(words.length / 2);
	const stopAfter = run.plan.has('stop-me') ? run.plan.number('stop-me', 2) : Infinity;
	for (const [index, word] of words.entries()) {
		if (index === stopAfter) run.requestStop();
		if (index === middle) midAnswer(run);
		await run.delta(word);
		const audio = spoken[index];
		if (audio !== undefined) emitAudio(run, audio);
	}
	if (words.length <= stopAfter && stopAfter !== Infinity) run.requestStop();
}

function midAnswer(run: RunSession): void {
	if (run.plan.has('error', 'mid')) {
		const message = 'The upstream model broke off';
		emitError(run, message, 'completion_request_error');
		throw new RunEnd('error', message, { code: 'completion_request_error', status: 400 });
	}
	if (run.plan.has('moderation')) moderate(run);
}

/**
 * Output moderation: everything so far is replaced, later deltas append to the
 * replacement, and right before the end the whole moderated text comes once more.
 */
function moderate(run: RunSession): void {
	const answer = '[moderated] ';
	const reason = moderationReason(run);
	run.unmoderated = run.answer;
	run.emit('message_replace', { answer, reason });
	run.answerParts = [answer];
	if (!run.plan.has('moderation', 'direct')) return;
	run.replacement = { answer, reason };
	throw new RunEnd('stopped', 'Moderated.');
}

/** Settles the text that stands in place of a moderated answer. */
export function endModeration(run: RunSession): void {
	if (run.unmoderated === null) return;
	run.unmoderated += run.answerParts.slice(1).join('');
	run.replacement = { answer: `${run.answer.trim()} [checked]`, reason: moderationReason(run) };
}

/** Apps without a workflow give none. */
function moderationReason({ hasWorkflow }: RunSession): string {
	return hasWorkflow ? 'output_moderation' : '';
}

async function pauseStep(run: RunSession): Promise<void> {
	if (!run.traits.humanInput) return;
	await run.pauses.pause(run.plan.number('pause', 1));
}

async function hangStep(run: RunSession): Promise<void> {
	run.silent = !run.plan.has('hang', 'ping');
	await run.pacer.waitFor(new Promise(() => undefined), true);
}
