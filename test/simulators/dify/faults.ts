import type { ServerResponse } from 'node:http';
import { randomUUID } from 'node:crypto';
import { seededRandom } from '../shared/prng';
import type { RecordedRequest } from './types';

/** Ready-made answers for `respond` faults. */
export const FAULT_PRESETS = {
	too_many_requests: {
		status: 429,
		code: 'too_many_requests',
		message:
			'Too many requests. Please try again later. The current maximum concurrent requests allowed is 3.',
	},
	/** The app's ceiling, as real servers say it. */
	ceiling: {
		status: 400,
		code: 'invalid_param',
		message:
			'Too many requests. Please try again later. The current maximum concurrent requests allowed is 3.',
	},
	rate_limit_error: { status: 429, code: 'rate_limit_error', message: 'Rate Limit Error' },
	'500': { status: 500, code: 'internal_server_error', message: 'Internal server error.' },
	'500-html': { status: 500, html: 'Internal Server Error' },
	'502': { status: 502, code: 'bad_gateway', message: 'Bad gateway' },
	'502-html': { status: 502, html: 'Bad Gateway' },
	'503': { status: 503, code: 'service_unavailable', message: 'Service unavailable' },
	'503-html': { status: 503, html: 'Service Temporarily Unavailable' },
	'504-html': { status: 504, html: 'Gateway Time-out' },
	'524-html': { status: 524, html: 'A timeout occurred' },
	provider_not_initialize: {
		status: 400,
		code: 'provider_not_initialize',
		message:
			'No valid model provider credentials found. Please go to Settings -> Model Provider to complete your provider credentials.',
	},
	provider_quota_exceeded: {
		status: 400,
		code: 'provider_quota_exceeded',
		message:
			'Your quota for Dify Hosted OpenAI has been exhausted. Please go to Settings -> Model Provider to complete your own provider credentials.',
	},
	model_currently_not_support: {
		status: 400,
		code: 'model_currently_not_support',
		message: 'Dify Hosted OpenAI trial currently not support the GPT-4 model.',
	},
	completion_request_error: {
		status: 400,
		code: 'completion_request_error',
		message: 'Completion request failed.',
	},
} as const satisfies Record<string, Preset>;

interface Preset {
	status: number;
	code?: string;
	message?: string;
	html?: string;
}

export type FaultPreset = keyof typeof FAULT_PRESETS;

/**
 * What goes wrong and for which requests.
 * - `delay`: wait `ms`, then go on normally.
 * - `respond`: answer with `preset`, or with `status` and `body` (an object is sent as JSON).
 * - `reset`: drop the connection `before-read` or `after-read` of the request (neither is
 *   processed), or `after-accept`: processed completely, the answer is lost.
 * - `truncate`: processed, the connection breaks after `bytes` of the answer's body.
 * - `stall`: processed, nothing more is sent after `bytes` (default 0, not even headers).
 */
export interface FaultRule {
	id?: string;
	method?: string;
	/** Path below /v1 with `*` for anything, e.g. `/chat-messages` or `/files/*`. Default: all. */
	path?: string;
	/** Only requests whose JSON body has a `query` that contains this text. */
	query?: string;
	action: 'delay' | 'respond' | 'reset' | 'truncate' | 'stall';
	/** How many requests are hit; 0 is without end. Default 1. */
	times?: number;
	/** How many matching requests pass first. */
	skip?: number;
	/** Chance per matching request, 0 to 1, reproducible with `seed`. */
	probability?: number;
	seed?: number;
	ms?: number;
	preset?: FaultPreset;
	status?: number;
	body?: unknown;
	headers?: Record<string, string>;
	when?: 'before-read' | 'after-read' | 'after-accept';
	bytes?: number;
}

interface ActiveRule {
	rule: FaultRule & { id: string };
	pattern: RegExp;
	left: number;
	skip: number;
	random: () => number;
	hits: number;
}

function pathPattern(path: string | undefined): RegExp {
	if (!path) return /^/;
	const escaped = path.replace(/^\/v1(?=\/)/, '').replace(/[.+?^${}()|[\]\\]/g, '\\$&');
	return new RegExp(`^(?:/v1)?${escaped.replace(/\*/g, '.*')}$`);
}

/** The faults that are planned and how often each has struck. */
export class FaultPlan {
	private rules: ActiveRule[] = [];

	/** Adds a rule and returns its id. Rules are tried in the order they were added. */
	add(rule: FaultRule): string {
		const id = rule.id ?? randomUUID();
		const times = rule.times ?? 1;
		this.rules.push({
			rule: { ...rule, id },
			pattern: pathPattern(rule.path),
			left: times === 0 ? Infinity : times,
			skip: rule.skip ?? 0,
			random: seededRandom(rule.seed ?? 1),
			hits: 0,
		});
		return id;
	}

	/**
	 * The server dies after so many requests: the next one is done and its answer is lost, all
	 * later ones are not even read, until the rules are cleared.
	 */
	dieAfter(requests: number, path = '*', method?: string): void {
		this.add({ action: 'reset', when: 'after-accept', skip: requests, path, method });
		this.add({ action: 'reset', skip: requests + 1, times: 0, path, method });
	}

	remove(id: string): boolean {
		const before = this.rules.length;
		this.rules = this.rules.filter((active) => active.rule.id !== id);
		return this.rules.length < before;
	}

	clear(): void {
		this.rules = [];
	}

	/** All rules with the number of requests each has hit. */
	list(): Array<FaultRule & { id: string; hits: number }> {
		return this.rules.map((active) => ({ ...active.rule, hits: active.hits }));
	}

	/** How many requests a rule (or all rules) has hit. */
	hits(id?: string): number {
		return this.rules
			.filter((active) => id === undefined || active.rule.id === id)
			.reduce((sum, active) => sum + active.hits, 0);
	}

	/** The first rule that strikes this request, counted as used. */
	take(request: RecordedRequest, early: boolean): (FaultRule & { id: string }) | undefined {
		for (const active of this.rules) {
			if (this.strikes(active, request, early)) return active.rule;
		}
		return undefined;
	}

	private strikes(active: ActiveRule, request: RecordedRequest, early: boolean): boolean {
		const { rule } = active;
		// Before the body is read only the faults that prevent reading it can strike.
		const isEarly = rule.action === 'reset' && (rule.when ?? 'before-read') === 'before-read';
		if (isEarly !== early || active.left <= 0) return false;
		if (rule.method && rule.method.toUpperCase() !== request.method) return false;
		if (!active.pattern.test(request.path)) return false;
		if (rule.query !== undefined && !queryOf(request).includes(rule.query)) return false;
		if (active.skip > 0) {
			active.skip -= 1;
			return false;
		}
		if (rule.probability !== undefined && active.random() >= rule.probability) return false;
		active.left -= 1;
		active.hits += 1;
		return true;
	}
}

function queryOf(request: RecordedRequest): string {
	const body = request.body;
	if (typeof body !== 'object' || body === null || !('query' in body)) return '';
	return typeof body.query === 'string' ? body.query : '';
}

type Writable = string | Uint8Array;
type EndCallback = () => void;

/**
 * Lets only `limit` bytes of the answer's body out; then the connection breaks, or with `stall`
 * stays open in silence. With limit 0 not even the headers leave.
 */
export function limitResponse(response: ServerResponse, limit: number, stall: boolean): void {
	const write = response.write.bind(response) as (chunk: Writable) => boolean;
	let left = limit;
	const stop = (): void => {
		if (stall) return;
		// Let the bytes that were written reach the socket first.
		setImmediate(() => response.socket?.destroy());
	};
	const pass = (chunk: Writable): boolean => {
		const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
		const part = bytes.subarray(0, left);
		left -= part.length;
		if (part.length > 0) write(part);
		if (left <= 0) stop();
		return true;
	};
	if (limit <= 0) response.flushHeaders = () => stop();
	response.write = ((chunk: Writable) =>
		left > 0 ? pass(chunk) : (stop(), true)) as ServerResponse['write'];
	response.end = ((chunk?: Writable | EndCallback) => {
		if (chunk !== undefined && typeof chunk !== 'function' && left > 0) pass(chunk);
		stop();
		return response;
	}) as ServerResponse['end'];
}
