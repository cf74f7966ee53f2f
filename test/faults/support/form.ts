import { randomInt } from 'node:crypto';

/** How large a run is. */
export interface Form {
	name: 'full' | 'quick';
	/** Executions before anything is measured. */
	warmUp: number;
	executions: number;
	/** Calls of webhooks that are under way at once: a little more than both workers can take. */
	atOnce: number;
	/** Executions that each worker runs at once. */
	perWorker: number;
	/** Settings of n8n that the form needs. */
	env: NodeJS.ProcessEnv;
}

/** As README.md asks for it. n8n 2.x ignores it: there a lost job is never run again. */
const NO_SECOND_RUN = { QUEUE_WORKER_MAX_STALLED_COUNT: '0' };

/** n8n's own settings: a worker's job counts as lost after a minute at the least. */
const FULL: Form = {
	name: 'full',
	warmUp: 240,
	executions: 1000,
	atOnce: 24,
	perWorker: 10,
	env: NO_SECOND_RUN,
};

/** The jobs of a dead worker are given up sooner. */
const QUICK: Form = {
	name: 'quick',
	warmUp: 60,
	executions: 100,
	atOnce: 24,
	perWorker: 10,
	env: {
		...NO_SECOND_RUN,
		QUEUE_WORKER_LOCK_DURATION: '20000',
		QUEUE_WORKER_LOCK_RENEW_TIME: '5000',
		QUEUE_WORKER_STALLED_INTERVAL: '8000',
	},
};

/** `CHATFLOW_FAULTS=quick` asks for the small form. */
export function chosenForm(): Form {
	return process.env.CHATFLOW_FAULTS === 'quick' ? QUICK : FULL;
}

/** `CHATFLOW_FAULTS_SEED` repeats the draws of another run. */
export function chosenSeed(): number {
	const given = Number(process.env.CHATFLOW_FAULTS_SEED);
	return Number.isInteger(given) && given > 0 ? given : randomInt(1, 1_000_000);
}

/** Whether the figures go into test/faults/README.md. */
export function mayWrite(): boolean {
	return process.env.CHATFLOW_FAULTS_WRITE === 'yes';
}
