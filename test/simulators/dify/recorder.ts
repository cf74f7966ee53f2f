import type { IncomingMessage } from 'node:http';
import { countUp, pushBounded } from '../shared/ring';
import type { RecordedRequest } from './types';

/** Counters that go on when the ring of requests has dropped old entries. */
export interface RequestCounters {
	total: number;
	/** By `METHOD /path`. */
	byPath: Record<string, number>;
	/** Chat requests as received (whether or not accepted), by their exact `query`. */
	byQuery: Record<string, number>;
	/** By HTTP status of the answer. */
	byStatus: Record<string, number>;
}

/** Keeps the newest requests and counts all of them. */
export class RequestRecorder {
	readonly requests: RecordedRequest[] = [];
	private total = 0;
	private readonly byPath = new Map<string, number>();
	private readonly byQuery = new Map<string, number>();
	private readonly byStatus = new Map<string, number>();

	constructor(private readonly limit: () => number) {}

	start(request: IncomingMessage, url: URL): RecordedRequest {
		this.total += 1;
		const headers: Record<string, string> = {};
		for (const [name, value] of Object.entries(request.headers)) {
			if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
		}
		const entry: RecordedRequest = {
			id: this.total,
			method: request.method ?? 'GET',
			path: url.pathname,
			query: Object.fromEntries(url.searchParams),
			headers,
			body: undefined,
			startedAt: Date.now(),
			finishedAt: null,
			status: null,
			aborted: false,
			fault: null,
			faultId: null,
		};
		pushBounded(this.requests, entry, this.limit());
		countUp(this.byPath, `${entry.method} ${entry.path}`);
		return entry;
	}

	countQuery(query: string): void {
		countUp(this.byQuery, query);
	}

	finish(entry: RecordedRequest, status: number | null, complete: boolean): void {
		entry.finishedAt = Date.now();
		entry.status = status;
		entry.aborted = !complete;
		countUp(this.byStatus, String(status ?? 'none'));
	}

	counters(): RequestCounters {
		return {
			total: this.total,
			byPath: Object.fromEntries(this.byPath),
			byQuery: Object.fromEntries(this.byQuery),
			byStatus: Object.fromEntries(this.byStatus),
		};
	}

	clear(): void {
		this.requests.length = 0;
		this.total = 0;
		this.byPath.clear();
		this.byQuery.clear();
		this.byStatus.clear();
	}
}
