import { NodeApiError } from 'n8n-workflow';
import type { IDataObject, IHttpRequestOptions, INode } from 'n8n-workflow';

import type { Clock } from './clock';
import { Draw } from './random';

export interface Answer {
	status?: number;
	body: unknown;
	/** A body that is no JSON. */
	text?: string;
}

export type Serve = (path: string, query: IDataObject, method: string) => Answer;

/** Chances of what goes wrong with a request, and how long one takes, in milliseconds. */
export interface Weather {
	latencyMs: [from: number, to: number];
	/** 500 of Dify. */
	fault?: number;
	/** No answer at all. */
	silence?: number;
	/** The connection is cut. */
	cut?: number;
	/** 429 of a proxy. */
	limit?: number;
	/** 502, 503 and 504 of a proxy. */
	gateway?: number;
	/** A proxy's 404 page: its server is being started again. */
	page404?: number;
	/** 200 with a page instead of JSON. */
	page200?: number;
	/** Lists say that there is more where there is none, or begin again. */
	endless?: number;
}

export const FAIR: Weather = { latencyMs: [5, 40] };

const PAGE = '<html><head><title>404 Not Found</title></head><body>nginx</body></html>';

/** What each kind of bad weather answers. */
const TROUBLES: Partial<
	Record<keyof Weather, (draw: Draw) => Answer | 'ECONNABORTED' | 'ECONNRESET'>
> = {
	fault: () => ({
		status: 500,
		body: { code: 'internal_server_error', message: 'Internal server error.', status: 500 },
	}),
	silence: () => 'ECONNABORTED',
	cut: () => 'ECONNRESET',
	limit: () => ({ status: 429, body: { code: 'too_many_requests', message: 'Slow down' } }),
	gateway: (draw) => ({ status: draw.pick([502, 503, 504]), body: null, text: PAGE }),
	page404: () => ({ status: 404, body: null, text: PAGE }),
	page200: () => ({ status: 200, body: null, text: PAGE }),
};

/** The way from n8n to the server: requests take time, and some come to nothing. */
export class Network {
	weather: Weather = FAIR;

	/** All requests that were sent. */
	count = 0;

	/** The last paths and queries, to be printed when something is wrong. */
	readonly log: string[] = [];

	constructor(
		private readonly clock: Clock,
		private readonly seed: number,
		private readonly node: INode,
		private readonly serve: Serve,
	) {}

	async request(options: IHttpRequestOptions): Promise<unknown> {
		this.count += 1;
		const draw = new Draw(this.seed, this.count);
		const { weather } = this;
		const trouble = troubleOf(weather, draw);
		const takesMs = draw.between(...weather.latencyMs);
		const timeoutMs = options.timeout ?? 300_000;
		this.log.push(`${this.clock.nowMs} ${options.url} ${JSON.stringify(options.qs ?? {})}`);
		if (trouble === 'ECONNABORTED' || takesMs >= timeoutMs) {
			await this.wait(timeoutMs);
			throw this.failure('ECONNABORTED', `timeout of ${timeoutMs}ms exceeded`);
		}
		// The server looks at its data somewhere between question and answer.
		const answer: { it?: Answer } = {};
		this.clock.at(this.clock.nowMs + Math.floor(takesMs * draw.next()), () => {
			answer.it = typeof trouble === 'object' ? trouble : this.ask(options, weather, draw);
		});
		await this.wait(takesMs);
		if (trouble === 'ECONNRESET') throw this.failure('ECONNRESET', 'socket hang up');
		return response(answer.it as Answer);
	}

	private ask(options: IHttpRequestOptions, weather: Weather, draw: Draw): Answer {
		const query = { ...options.qs };
		const isEndless = draw.chance(weather.endless ?? 0);
		if (isEndless) for (const cursor of ['last_id', 'first_id', 'page']) delete query[cursor];
		const answer = this.serve(options.url, query, options.method ?? 'GET');
		const body = answer.body as IDataObject | null;
		return isEndless && body?.data ? { ...answer, body: { ...body, has_more: true } } : answer;
	}

	private async wait(ms: number): Promise<void> {
		await new Promise<void>((resolve) => this.clock.at(this.clock.nowMs + ms, resolve, true));
	}

	/** As n8n reports it. */
	failure(httpCode: string, message: string): NodeApiError {
		return new NodeApiError(this.node, { message }, { httpCode });
	}
}

function troubleOf(weather: Weather, draw: Draw): Answer | string | undefined {
	let chance = draw.next();
	for (const [kind, make] of Object.entries(TROUBLES)) {
		chance -= Number(weather[kind as keyof Weather] ?? 0);
		if (chance < 0) return make(draw);
	}
	return undefined;
}

function response({ status = 200, body, text = JSON.stringify(body) }: Answer): unknown {
	const chunks = [Buffer.from(text)];
	const stream = {
		async *[Symbol.asyncIterator]() {
			yield* chunks;
		},
		destroy: () => undefined,
	};
	return { statusCode: status, headers: {}, body: stream };
}
