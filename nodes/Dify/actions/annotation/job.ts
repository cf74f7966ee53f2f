import type { IDataObject } from 'n8n-workflow';

import { path } from '../../../shared/client';
import { ChatflowError } from '../../../shared/errors';
import { cancelledInfo } from '../../../shared/http';
import type { Item } from '../../../shared/item';
import { jsonObject } from '../../../shared/operation';
import { asText } from '../../../shared/values';
import { wait } from '../../../shared/wait';
import { dify } from '../../transport/dify';

/** A job that switches the annotation reply on or off, as Dify describes it. */
export interface AnnotationJob extends IDataObject {
	job_id?: string;
	/** `waiting`, `processing`, `completed` or `error`. */
	job_status?: string;
	/** Why the job failed; empty otherwise. */
	error_msg?: string;
}

const RUNNING = new Set(['waiting', 'processing']);
const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 5_000;

/**
 * The state of a job.
 *
 * @param action The one that started the job: Dify does not find it under the other one.
 */
export async function readJob(item: Item, action: string, jobId: unknown): Promise<AnnotationJob> {
	return jsonObject(await dify(item).get(path`/apps/annotation-reply/${action}/status/${jobId}`));
}

/**
 * Waits until a job has ended, asking less and less often.
 *
 * @param started What Dify responded when the job was started.
 * @throws ChatflowError if the job fails or takes longer than `maxWaitMs`, or if the user stops the
 * execution.
 */
export async function waitForJob(
	item: Item,
	action: string,
	started: AnnotationJob,
	maxWaitMs: number,
): Promise<AnnotationJob> {
	const deadline = Date.now() + maxWaitMs;
	let job = started;
	for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS)) {
		job = { ...job, ...(await readJob(item, action, started.job_id)) };
		if (job.job_status === 'error') throw jobFailed(job);
		if (!RUNNING.has(String(job.job_status))) return job;
		const leftMs = deadline - Date.now();
		if (leftMs <= 0) throw jobStillRuns(job, maxWaitMs);
		const completed = await wait(Math.min(pauseMs, leftMs), item.signal);
		if (!completed) throw new ChatflowError(cancelledInfo('Dify'));
	}
}

function jobFailed(job: AnnotationJob): ChatflowError {
	const reason = asText(job.error_msg) ?? 'no reason was given';
	return new ChatflowError({
		message: `Dify could not change the annotation reply: ${reason}`,
		description:
			'Check the embedding provider and model: both must be set up in Dify under Settings > Model Provider',
		details: job,
	});
}

function jobStillRuns(job: AnnotationJob, maxWaitMs: number): ChatflowError {
	return new ChatflowError({
		message: `The job is still ${String(job.job_status)} after ${maxWaitMs / 1000} seconds`,
		description:
			'It continues in Dify. Check it later with Annotation > Get Reply Status and its job_id, or raise Max Wait Time',
		details: job,
	});
}
