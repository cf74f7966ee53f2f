import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { Problem } from '../../../shared/errors';
import { asText } from '../../../shared/objects';
import { wait } from '../../../shared/transport/wait';
import { cancelSignal, difyError, difyPath } from '../../transport/request';
import { callDify } from '../call';

/** A job of the annotation reply that has been started. */
export interface StartedJob {
	action: string;
	/** What Dify answered to the start: `job_id`, `job_status`. */
	started: IDataObject;
	/** How long to wait for its end. */
	seconds: number;
}

const RUNNING = new Set(['waiting', 'processing']);
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Waits until a job is over, asking again and again, ever less often.
 *
 * @returns The last answer: `job_id`, `job_status`, `error_msg`.
 * @throws NodeApiError when the job failed, when it takes longer than `seconds`, or when the user
 * stops the execution.
 */
export async function finishedJob(
	context: IExecuteFunctions,
	itemIndex: number,
	{ action, started, seconds }: StartedJob,
): Promise<IDataObject> {
	const path = difyPath`/apps/annotation-reply/${action}/status/${started.job_id}`;
	const deadline = Date.now() + seconds * 1000;
	let job = started;
	for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
		job = { ...job, ...(await callDify(context, itemIndex, { path })) };
		if (job.job_status === 'error') throw await difyError(context, itemIndex, failed(job));
		if (!RUNNING.has(String(job.job_status))) return job;
		const left = deadline - Date.now();
		if (left <= 0) throw await difyError(context, itemIndex, tooLong(job, seconds));
		const slept = await wait(Math.min(pauseMs, left), cancelSignal(context));
		if (!slept)
			throw await difyError(context, itemIndex, { message: 'The execution was cancelled' });
	}
}

function failed(job: IDataObject): Problem {
	const reason = asText(job.error_msg) ?? 'no reason was given';
	return {
		message: `Dify could not change the annotation reply: ${reason}`,
		description:
			'Check the embedding provider and model: both must be set up in Dify under Settings > Model Provider',
		details: job,
	};
}

function tooLong(job: IDataObject, seconds: number): Problem {
	return {
		message: `The job is still ${String(job.job_status)} after ${seconds} seconds`,
		description:
			'It goes on in Dify. Ask for it later with Annotation > Get Reply Status and its job_id, or raise Wait at Most',
		details: job,
	};
}
