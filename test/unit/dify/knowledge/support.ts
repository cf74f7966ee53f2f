import type { IDataObject, IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';

import type { Random } from '../../trigger/support/random';

/** A document as the server has it. */
export interface ServerDocument {
	id: string;
	name: string;
	text: string;
	fileId: string;
	/** Looks at it until its indexing ends. */
	looksLeft: number;
	metadata: Record<string, unknown>;
	/** Whether somebody else has made it. */
	isForeign: boolean;
}

/** What goes wrong: chances for each request. */
export interface Weather {
	cutBefore: number;
	cutAfter: number;
	failing: number;
	rateLimited: number;
	/** Requests after which the server is gone. */
	diesAfter: number;
}

export const FAIR: Weather = {
	cutBefore: 0,
	cutAfter: 0,
	failing: 0,
	rateLimited: 0,
	diesAfter: Infinity,
};

/**
 * A second, small model of the Knowledge API beside the simulator: one knowledge base with texts, in
 * memory, for histories of many thousand requests.
 */
export class ServerModel {
	readonly documents = new Map<string, ServerDocument>();
	weather = FAIR;
	uploads = 0;
	deletes = 0;
	metadataWrites = 0;
	requests = 0;
	private readonly fields: Array<{ id: string; name: string; type: string }> = [];
	private counter = 0;

	constructor(private readonly random: Random) {}

	/** Writes of content. */
	get writes(): number {
		return this.uploads + this.deletes;
	}

	add(name: string, text: string, isForeign = true): void {
		const id = this.next('document');
		const fileId = this.next('file');
		const looksLeft = 0;
		this.documents.set(name, { id, name, text, fileId, looksLeft, metadata: {}, isForeign });
	}

	/** Answers a request of n8n's HTTP helper, or breaks off. */
	async request(options: IHttpRequestOptions): Promise<unknown> {
		await Promise.resolve();
		const { weather, random } = this;
		this.requests += 1;
		if (this.requests > weather.diesAfter || random.chance(weather.cutBefore)) throw cut();
		if (random.chance(weather.failing)) return answer(500, { code: 'internal_server_error' });
		const isRead = (options.method ?? 'GET') === 'GET';
		if (!isRead && random.chance(weather.rateLimited)) return answer(403, RATE_LIMIT);
		const response = this.handle(options);
		if (random.chance(weather.cutAfter)) throw cut();
		return response;
	}

	private handle({ method = 'GET', url, qs, body }: IHttpRequestOptions): unknown {
		const path = url.replace(/^\/datasets\/base/, '');
		const sent = body as IDataObject;
		if (path === '') return answer(200, { id: 'base', name: 'Base', ...BASE });
		if (path === '/documents') return this.list(qs as { page?: number; keyword?: string });
		if (path === '/metadata' && method === 'GET') return answer(200, { doc_metadata: this.fields });
		if (path === '/metadata') return this.makeField(String(sent.name));
		if (path === '/documents/metadata') return this.setMetadata(sent);
		if (path === '/document/create-by-text') return this.create(sent);
		const found = [...this.documents.values()].find(({ id }) => path === `/documents/${id}`);
		if (!found) return answer(404, { code: 'not_found', message: 'Document Not Exists.' });
		if (method === 'DELETE') {
			if (found.isForeign) throw new Error(`"${found.name}" was deleted: it is somebody else's`);
			this.deletes += 1;
			this.documents.delete(found.name);
			return answer(204, '');
		}
		return answer(200, this.view(found));
	}

	private list({ page = 1, keyword }: { page?: number; keyword?: string }) {
		const all = [...this.documents.values()].reverse();
		const found = keyword === undefined ? all : all.filter(({ name }) => name.includes(keyword));
		const data = found.slice((page - 1) * 100, page * 100).map((one) => this.view(one));
		return answer(200, { data, total: found.length, page, limit: 100, has_more: false });
	}

	private view(document: ServerDocument): IDataObject {
		const { id, name, fileId, metadata, text } = document;
		const hasEnded = document.looksLeft <= 0;
		document.looksLeft -= 1;
		return {
			id,
			name,
			data_source_type: 'upload_file',
			data_source_info: { upload_file_id: fileId },
			indexing_status: hasEnded ? 'completed' : 'indexing',
			display_status: hasEnded ? 'available' : 'indexing',
			enabled: true,
			archived: false,
			word_count: hasEnded ? text.length : null,
			segment_count: hasEnded ? 1 : 0,
			doc_metadata: Object.entries(metadata).map(([field, value]) => ({
				name: field,
				value: value as string,
			})),
		};
	}

	private makeField(name: string) {
		if (this.fields.some((field) => field.name === name)) {
			return answer(400, { code: 'invalid_param', message: 'Metadata name already exists.' });
		}
		const field = { id: this.next('field'), name, type: 'string' };
		this.fields.push(field);
		return answer(201, field);
	}

	private setMetadata({ operation_data: operations }: IDataObject) {
		this.metadataWrites += 1;
		const byId = new Map([...this.documents.values()].map((one) => [one.id, one]));
		for (const { document_id: id, metadata_list: values } of operations as IDataObject[]) {
			const document = byId.get(String(id));
			if (!document) return answer(400, { code: 'invalid_param', message: 'Document not found.' });
			for (const { name, value } of values as IDataObject[]) {
				document.metadata[String(name)] = value;
			}
		}
		return answer(200, { result: 'success' });
	}

	private create({ name, text }: IDataObject) {
		this.uploads += 1;
		const before = this.documents.get(String(name));
		if (before && before.looksLeft > 0) {
			throw new Error(`"${before.name}" was replaced while it was indexed: its chunks would mix`);
		}
		if (!before) this.add(String(name), String(text), false);
		const document = this.documents.get(String(name)) as ServerDocument;
		document.text = String(text);
		document.fileId = this.next('file');
		document.isForeign = false;
		document.looksLeft = this.random.between(0, 2);
		return answer(200, { document: this.view(document), batch: this.next('batch') });
	}

	private next(what: string): string {
		this.counter += 1;
		return `${what}-${this.counter}`;
	}
}

const BASE = {
	provider: 'vendor',
	indexing_technique: 'high_quality',
	embedding_available: true,
	doc_form: 'text_model',
};

const RATE_LIMIT = {
	code: 'forbidden',
	message: 'Sorry, you have reached the knowledge base request rate limit of your subscription.',
};

function answer(statusCode: number, body: unknown) {
	return { statusCode, headers: {}, body: body === '' ? '' : JSON.stringify(body) };
}

function cut(): Error {
	return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
}

/** n8n as the router sees it, with one item for each input. */
export function contextFor(
	server: ServerModel,
	inputs: Array<{ name: string; text: string }>,
	options: IDataObject,
): IExecuteFunctions {
	const parameters: IDataObject = {
		resource: 'document',
		operation: 'sync',
		datasetId: 'base',
		source: 'text',
		chunking: 'base',
		options,
	};
	const node = { id: 'node', name: 'Dify', type: 'n8n-nodes-chatflow.dify' };
	return {
		getInputData: () => inputs.map(() => ({ json: {} })),
		getNodeParameter: (name: string, index: number, fallback?: unknown) =>
			parameters[name] ?? (inputs[index] as IDataObject | undefined)?.[name] ?? fallback,
		getNode: () => node,
		getWorkflow: () => ({ id: 'workflow' }),
		getCredentials: async () => ({ apiKey: 'dataset-x', baseUrl: 'http://x' }),
		continueOnFail: () => true,
		getExecutionCancelSignal: () => undefined,
		helpers: {
			httpRequestWithAuthentication: async (_: string, request: IHttpRequestOptions) =>
				await server.request(request),
		},
	} as unknown as IExecuteFunctions;
}
