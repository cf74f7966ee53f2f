import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SimulatorCore } from './core';
import { badRequest, bodyTooLarge, DifyError, invalidParam } from './errors';
import { boundaryOf, MultipartReader, type MultipartForm } from './files/multipart';
import type { KnowledgeBase } from './knowledge/records';
import { pydanticMessage } from './python';
import type { EndUser } from './state';
import type { App, Dict, RecordedRequest } from './types';

/** One request on its way through a handler. */
export class RequestContext {
	params: Record<string, string> = {};
	private appOrNone: App | undefined;
	private baseOrNone: KnowledgeBase | undefined;
	private multipart: MultipartForm | undefined;
	private readonly arrived = performance.now();

	constructor(
		readonly core: SimulatorCore,
		readonly request: IncomingMessage,
		readonly response: ServerResponse,
		readonly url: URL,
		readonly record: RecordedRequest,
		/** The body of every request that is not multipart. */
		readonly rawBody: Buffer,
	) {}

	get app(): App {
		if (!this.appOrNone) throw new Error('this route has no app');
		return this.appOrNone;
	}

	set app(app: App) {
		this.appOrNone = app;
	}

	/** The knowledge base of the path. */
	get base(): KnowledgeBase {
		if (!this.baseOrNone) throw new Error('this route has no knowledge base');
		return this.baseOrNone;
	}

	set base(base: KnowledgeBase) {
		this.baseOrNone = base;
	}

	param(name: string): string {
		return this.params[name] ?? '';
	}

	query(name: string): string | undefined {
		return this.url.searchParams.get(name) ?? undefined;
	}

	/** The JSON body as Flask's `get_json()` takes it (415, 400). */
	json(): Dict {
		const type = this.request.headers['content-type'] ?? '';
		if (!/^application\/([\w.+-]+\+)?json/i.test(type)) {
			throw new DifyError(
				415,
				'unsupported_media_type',
				"Did not attempt to load JSON data because the request Content-Type was not 'application/json'.",
			);
		}
		const parsed = parseJson(this.rawBody);
		if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
			throw new DifyError(500, 'unknown', 'Internal Server Error');
		}
		return parsed as Dict;
	}

	/** The form of a multipart request; an empty form for any other content type. */
	async form(): Promise<MultipartForm> {
		if (this.multipart) return this.multipart;
		const boundary = boundaryOf(this.request.headers['content-type']);
		const reader = boundary ? new MultipartReader(boundary, () => this.core.newSink()) : undefined;
		const read = reader ? await reader.read(this.request, this.core.bodyLimit) : noForm();
		if (!read) throw bodyTooLarge();
		this.multipart = read;
		this.record.body = {
			fields: this.multipart.fields,
			files: this.multipart.files.map(({ field, filename, mimeType, bytes }) => ({
				field,
				filename,
				mimeType,
				size: bytes.size,
				sha256: bytes.sha256,
			})),
		};
		return this.multipart;
	}

	/** The end user named by `user` in the query, the JSON body or the form. */
	endUser(from: 'query' | 'json', required = false): EndUser {
		const given = from === 'query' ? this.query('user') : this.json().user;
		return this.endUserNamed(given, required);
	}

	endUserNamed(given: unknown, required = false): EndUser {
		if (!given && required) throw invalidParam('Arg user must be provided.');
		const name = given ? String(given) : undefined;
		return this.core.state.endUser(this.app, name, {
			arrived: this.arrived,
			onEnd: (end) => this.response.once('finish', end),
		});
	}

	/** An integer query parameter within a range; out of range is a pydantic failure. */
	integer(model: string, name: string, fallback: number, min: number, max: number): number {
		const raw = this.query(name);
		if (raw === undefined || raw === '') return fallback;
		const fail = (problem: string, kind: string): never => {
			throw invalidParam(pydanticMessage(model, name, problem, kind, raw));
		};
		if (!/^-?\d+$/.test(raw)) {
			fail('Input should be a valid integer, unable to parse string as an integer', 'int_parsing');
		}
		const value = Number(raw);
		if (value < min) fail(`Input should be greater than or equal to ${min}`, 'greater_than_equal');
		if (value > max) fail(`Input should be less than or equal to ${max}`, 'less_than_equal');
		return value;
	}

	/** Answers with JSON, UTF-8. */
	send(status: number, body: unknown, headers: Record<string, string> = {}): void {
		this.sendText(status, JSON.stringify(body), 'application/json; charset=utf-8', headers);
	}

	sendText(
		status: number,
		text: string,
		contentType: string,
		headers: Record<string, string> = {},
	): void {
		const bytes = Buffer.from(text);
		this.response.writeHead(status, {
			'Content-Type': contentType,
			'Content-Length': String(bytes.length),
			...headers,
		});
		this.response.end(bytes);
	}

	sendEmpty(status: number): void {
		this.response.writeHead(status);
		this.response.end();
	}
}

function noForm(): MultipartForm {
	return { fields: {}, files: [] };
}

function parseJson(raw: Buffer): unknown {
	if (raw.length === 0) {
		throw badRequest('Invalid JSON payload received or JSON payload is empty.');
	}
	try {
		return JSON.parse(raw.toString('utf8')) as unknown;
	} catch (error) {
		throw badRequest(`Failed to decode JSON object: ${(error as Error).message}`);
	}
}
