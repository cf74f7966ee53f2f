import { randomUUID } from 'node:crypto';
import type { RequestContext } from '../context';
import { invalidParam, notFound } from '../errors';
import { pydanticMessage } from '../python';
import type { Router } from '../router';
import { seconds, type Annotation, type AnnotationJob } from '../state';
import type { Dict } from '../types';

function annotationItem(annotation: Annotation): Dict {
	return {
		id: annotation.id,
		question: annotation.question,
		answer: annotation.answer,
		hit_count: annotation.hitCount,
		created_at: seconds(annotation.createdAt),
	};
}

function requireTexts(body: Dict): { question: string; answer: string } {
	for (const field of ['question', 'answer']) {
		const value = body[field];
		if (typeof value === 'string') continue;
		const missing = value === undefined;
		throw invalidParam(
			pydanticMessage(
				'AnnotationCreatePayload',
				field,
				missing ? 'Field required' : 'Input should be a valid string',
				missing ? 'missing' : 'string_type',
				missing ? body : value,
			),
		);
	}
	return { question: String(body.question), answer: String(body.answer) };
}

function create(context: RequestContext): void {
	const annotation: Annotation = {
		id: randomUUID(),
		appId: context.app.id,
		...requireTexts(context.json()),
		hitCount: 0,
		createdAt: Date.now(),
	};
	context.core.state.annotations.set(annotation.id, annotation);
	context.send(201, annotationItem(annotation));
}

const SERVER_CAP = 100;

/** At most 100 come back, but `has_more` is computed with the requested limit. */
function list(context: RequestContext): void {
	const { app, core } = context;
	const page = context.integer('AnnotationListQuery', 'page', 1, 1, Number.MAX_SAFE_INTEGER);
	const limit = context.integer('AnnotationListQuery', 'limit', 20, 1, Number.MAX_SAFE_INTEGER);
	const keyword = (context.query('keyword') ?? '').toLowerCase();
	const mine = [...core.state.annotations.values()]
		.filter((entry) => entry.appId === app.id)
		.filter((entry) => `${entry.question}\n${entry.answer}`.toLowerCase().includes(keyword))
		.reverse()
		.sort((a, b) => b.createdAt - a.createdAt);
	const size = Math.min(limit, SERVER_CAP);
	const data = mine.slice((page - 1) * size, page * size);
	context.send(200, {
		data: data.map(annotationItem),
		// A full last page still claims that there is more.
		has_more: data.length === limit,
		limit,
		total: mine.length,
		page,
	});
}

function requireAnnotation(context: RequestContext): Annotation {
	const found = context.core.state.annotations.get(context.param('annotation_id').toLowerCase());
	if (!found || found.appId !== context.app.id) throw notFound('Annotation not found');
	return found;
}

function update(context: RequestContext): void {
	const texts = requireTexts(context.json());
	const annotation = Object.assign(requireAnnotation(context), texts);
	context.send(200, annotationItem(annotation));
}

function remove(context: RequestContext): void {
	context.core.state.annotations.delete(requireAnnotation(context).id);
	context.sendEmpty(204);
}

function requireAction(context: RequestContext): string {
	const action = context.param('action');
	if (action === 'enable' || action === 'disable') return action;
	throw invalidParam(`Invalid action '${action}'`);
}

function jobStatus(context: RequestContext, job: AnnotationJob): string {
	const age = Date.now() - job.startedAt;
	const total = context.core.settings.annotationJobMs;
	if (age < total / 2) return 'waiting';
	if (age < total) return 'processing';
	return job.errorMessage ? 'error' : 'completed';
}

const NEEDED: Array<[string, 'number' | 'string']> = [
	['score_threshold', 'number'],
	['embedding_provider_name', 'string'],
	['embedding_model_name', 'string'],
];

/** All three settings are needed for `disable` too. */
function configure(context: RequestContext): void {
	const { app, core } = context;
	const action = requireAction(context);
	const body = context.json();
	for (const [field, type] of NEEDED) {
		if (typeof body[field] === type) continue;
		throw invalidParam(
			pydanticMessage('AnnotationReplyActionPayload', field, 'Field required', 'missing', body),
		);
	}
	const running = [...core.state.annotationJobs.values()].find(
		(job) =>
			job.appId === app.id &&
			job.action === action &&
			['waiting', 'processing'].includes(jobStatus(context, job)),
	);
	if (running) {
		context.send(200, { job_id: running.id, job_status: 'processing' });
		return;
	}
	const provider = String(body.embedding_provider_name);
	const job: AnnotationJob = {
		id: randomUUID(),
		appId: app.id,
		action,
		startedAt: Date.now(),
		errorMessage: provider.includes('unknown') ? `Provider ${provider} does not exist.` : '',
		settings: body,
	};
	// What is off already is never done: the job waits for ever.
	if (action === 'disable' && !app.annotationReply) job.startedAt = Infinity;
	core.state.annotationJobs.set(job.id, job);
	app.annotationReply = action === 'enable';
	context.send(200, { job_id: job.id, job_status: 'waiting' });
}

/** The action must be the one that started the job. */
function status(context: RequestContext): void {
	const action = requireAction(context);
	const job = context.core.state.annotationJobs.get(context.param('job_id').toLowerCase());
	if (!job || job.appId !== context.app.id || job.action !== action) {
		throw invalidParam('The job does not exist.');
	}
	const current = jobStatus(context, job);
	context.send(200, {
		job_id: job.id,
		job_status: current,
		error_msg: current === 'error' ? job.errorMessage : '',
	});
}

export function addAnnotationRoutes(router: Router): void {
	const one = '/v1/apps/annotations/{annotation_id:uuid}';
	const reply = '/v1/apps/annotation-reply/{action}';
	router
		.add({ method: 'POST', pattern: '/v1/apps/annotations', handler: create })
		.add({ method: 'GET', pattern: '/v1/apps/annotations', handler: list })
		.add({ method: 'PUT', pattern: one, handler: update })
		.add({ method: 'DELETE', pattern: one, handler: remove })
		.add({ method: 'POST', pattern: reply, handler: configure })
		.add({ method: 'GET', pattern: `${reply}/status/{job_id:uuid}`, handler: status });
}
