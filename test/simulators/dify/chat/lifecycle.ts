import { randomUUID } from 'node:crypto';
import { seconds, type RunStatus } from '../state';
import type { Dict } from '../types';
import { audioPieces, makeMp3 } from './audio';
import { syntheticTail, tailOf, type TailStep } from './orders';
import type { Scenario } from './registry';
import type { RunSession } from './session';
import { RunEnd, type Outcome } from './signals';

const STATUS: Record<Outcome, RunStatus> = {
	succeeded: 'succeeded',
	partial: 'partial-succeeded',
	failed: 'failed',
	stopped: 'stopped',
	'no-workflow': 'succeeded',
	error: 'failed',
	killed: 'stopped',
};

/** Runs a flow to its end and publishes how it ended. Never rejects. */
export async function execute(run: RunSession, flow: Scenario): Promise<void> {
	const end = await outcomeOf(run, flow);
	run.outcome = end.outcome;
	run.endError = end;
	close(run, end);
	if (end.outcome !== 'killed') {
		for (const step of tailOf(run.traits, end.outcome)) TAIL_STEPS[step](run, end);
		synthesize(run, end.outcome);
	}
	run.core.sessions.delete(run.id);
	run.setPhase('ended');
	if (end.outcome === 'killed') run.channel.abort();
	else run.channel.end();
}

async function outcomeOf(run: RunSession, flow: Scenario): Promise<RunEnd> {
	try {
		await flow(run);
		return new RunEnd(run.exceptions > 0 ? 'partial' : 'succeeded');
	} catch (error) {
		if (error instanceof RunEnd) return error;
		return new RunEnd('failed', error instanceof Error ? error.message : String(error));
	}
}

/** Writes the end into the records, before clients hear of it. */
function close(run: RunSession, end: RunEnd): void {
	const { record, message, core, state } = run;
	const answer = run.replacement?.answer ?? run.answer;
	record.status = STATUS[end.outcome];
	if (end.outcome === 'killed') record.status = core.settings.disconnectLeaves;
	record.finishedAt = record.status === 'running' ? null : Date.now();
	record.error = end.message || null;
	record.totalSteps = run.nodes.length;
	record.exceptionsCount = run.exceptions;
	record.outputs = runOutputs(run, end, run.unmoderated ?? answer);
	if (end.outcome === 'no-workflow' || end.outcome === 'error') {
		// The workflow never started: there is no run to look up.
		if (!run.workflowStarted) state.runs.delete(run.id);
	}
	// Apps without a workflow save no answer for a client that has gone.
	const isLost = !run.hasWorkflow && (run.orphaned || end.outcome === 'killed');
	if (message) {
		message.answer = isLost
			? ''
			: run.traits.stripsImages
				? answer.replace(/!\[[^\]]*\]\([^)]*\)/g, '').trim()
				: answer;
		const failed = end.outcome === 'failed' || end.outcome === 'error';
		message.status = failed ? 'error' : 'normal';
		message.error = failed ? end.message : null;
		message.retrieverResources = run.retrieverResources;
		touchConversation(run);
	}
}

function runOutputs(run: RunSession, end: RunEnd, answer: string): Dict {
	if (end.outcome === 'failed' || (end.outcome === 'stopped' && !run.message)) return {};
	if (!run.message) return workflowOutputs(run, answer);
	const text = run.resumed && run.traits.resumeLosesText ? '' : answer;
	return { answer: text, files: run.outputFiles };
}

/** What a Workflow app puts out: what it has streamed, and its files. */
export function workflowOutputs({ outputFiles }: RunSession, text: string): Dict {
	return { text, ...(outputFiles.length > 0 ? { files: outputFiles } : {}) };
}

function touchConversation(run: RunSession): void {
	const conversation = run.conversation;
	conversation.updatedAt = Date.now();
	if (!conversation.autoNamed && run.request.autoName && run.outcome !== 'error') {
		conversation.name = nameFrom(run.request.query);
		conversation.autoNamed = true;
	}
	for (const variable of conversation.variables) {
		if (variable.name === 'last_query') variable.value = run.request.query;
		if (variable.name === 'turns') variable.value = conversation.messageIds.length;
	}
}

/** A title made of a query's first words. */
export function nameFrom(query: string): string {
	return query.split(/\s+/).slice(0, 5).join(' ').slice(0, 60) || 'New conversation';
}

/** `workflow_finished.data`. */
export function finishedRunData(run: Pick<RunSession, 'record' | 'request'>, files: Dict[]): Dict {
	const { record, request } = run;
	const finishedAt = record.finishedAt ?? Date.now();
	return {
		id: record.id,
		workflow_id: record.workflowId,
		status: record.status,
		// Chatflows are said to give null here.
		outputs: record.status === 'failed' && record.messageId ? null : record.outputs,
		error: record.error,
		elapsed_time: (finishedAt - record.createdAt) / 1000,
		total_tokens: record.totalTokens,
		total_steps: record.totalSteps,
		created_by: { id: request.endUser.id, user: request.endUser.sessionId },
		created_at: seconds(record.createdAt),
		finished_at: seconds(finishedAt),
		exceptions_count: record.exceptionsCount,
		files,
	};
}

/** `message_end.metadata`, also the metadata of a blocking answer. */
export function messageMetadata(run: RunSession): Dict {
	const metadata: Dict = run.annotationHit ? annotationOf(run) : { annotation_reply: null };
	metadata.retriever_resources = run.retrieverResources;
	metadata.usage = run.usage();
	if (run.traits.reasoningEvents && run.hasWorkflow) metadata.reasoning = run.reasoning;
	return metadata;
}

/** A Chatflow leaves the annotation out. */
function annotationOf({ hasWorkflow }: RunSession): Dict {
	if (hasWorkflow) return {};
	return { annotation_reply: { id: randomUUID(), account: { id: randomUUID(), name: 'Owner' } } };
}

const TAIL_STEPS: Record<TailStep, (run: RunSession, end: RunEnd) => void> = {
	message_end: (run) => {
		if (!run.message) return;
		if (run.replacement) run.emit('message_replace', run.replacement);
		run.emit('message_end', {
			id: run.messageId,
			metadata: messageMetadata(run),
			files: run.hasWorkflow || run.outputFiles.length > 0 ? run.outputFiles : null,
		});
	},
	workflow_finished: (run, end) => {
		if (!run.hasWorkflow) return;
		const errorFollows = end.outcome === 'failed' && run.core.settings.errorAfterFailure;
		const data = finishedRunData(run, run.outputFiles);
		run.emitWorkflow('workflow_finished', data, errorFollows ? false : undefined);
	},
	error: (run, end) => {
		if (!run.message) return;
		const { task_id: _taskId, ...envelope } = run.envelope('error');
		const fields = { code: 'invalid_param', status: 400, message: `Run failed: ${end.message}` };
		run.channel.publish({
			event: 'error',
			text: JSON.stringify({ ...envelope, ...fields }),
			closes: run.core.settings.errorAfterFailure,
		});
	},
	audio: (run) => {
		if (!speaks(run)) return;
		const pieces = audioPieces(makeMp3(run.answer), 4);
		for (const piece of pieces.slice(2)) emitAudio(run, piece);
		run.emit('tts_message_end', { audio: '' });
	},
};

/** Whether this run's answer is also spoken (TTS auto-play, or `#tts`). */
export function speaks(run: RunSession): boolean {
	const { textToSpeech } = run.app;
	return run.plan.has('tts') || (textToSpeech.enabled && textToSpeech.autoPlay === 'enabled');
}

/** Publishes a piece of audio, base64. */
export function emitAudio(run: RunSession, audio: string): void {
	run.emit('tts_message', run.traits.newest ? { audio, audio_type: 'mp3' } : { audio });
}

/** What the newest worker adds when no terminal event was published. */
function synthesize(run: RunSession, outcome: Outcome): void {
	if (!run.hasWorkflow) return;
	for (const event of syntheticTail(run.traits, outcome, run.channel.terminalSeen)) {
		if (event === 'workflow_started') {
			run.startWorkflow();
			continue;
		}
		run.emitWorkflow('workflow_finished', {
			...finishedRunData(run, []),
			status: 'failed',
			outputs: {},
			error: 'Workflow stream ended without a terminal event',
		});
	}
}
