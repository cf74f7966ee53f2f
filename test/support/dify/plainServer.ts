import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { INodeParameters } from 'n8n-workflow';

import type { EngineResult } from '../engine';
import { runNode } from '../engine';
import type { DifyRun } from './run';
import { difyCredentials } from './run';

/** What a server got, as it came over the wire. */
export interface PlainRequest {
	method: string;
	headers: IncomingHttpHeaders;
	/** Path and query, undecoded. */
	url: string;
	body: string;
}

/** A server that answers letter for letter what a test says: servers no simulator has. */
export interface PlainServer {
	baseUrl: string;
	requests: PlainRequest[];
	/** Says how to answer from now on. */
	answer(handler: (request: PlainRequest, response: ServerResponse) => void): void;
	/** Runs one operation of the built Dify node against it. */
	run(
		operation: `${string}.${string}`,
		parameters?: INodeParameters,
		more?: DifyRun,
	): Promise<EngineResult>;
	close(): Promise<void>;
}

export async function startPlainServer(): Promise<PlainServer> {
	const requests: PlainRequest[] = [];
	let handle = (_request: PlainRequest, response: ServerResponse) => json(response, {});
	const server = createServer((incoming, response) => {
		void received(incoming).then((request) => {
			// An app without inputs: what is asked before a message is sent is not what these tests are about.
			if (request.url.startsWith('/v1/parameters')) return json(response, { user_input_form: [] });
			requests.push(request);
			handle(request, response);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	const plain: PlainServer = {
		baseUrl: `http://127.0.0.1:${port}/v1`,
		requests,
		answer: (handler) => {
			requests.length = 0;
			handle = handler;
		},
		run: async (operation, parameters = {}, { apiKey, baseUrl, ...run } = {}) => {
			const [resource = '', name = ''] = operation.split('.');
			return await runNode({
				node: 'dify',
				parameters: { resource, operation: name, ...parameters },
				credentials: difyCredentials(baseUrl ?? plain.baseUrl, apiKey ?? 'app-plain', apiKey),
				...run,
			});
		},
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
	return plain;
}

async function received(incoming: IncomingMessage): Promise<PlainRequest> {
	const chunks: Buffer[] = [];
	for await (const chunk of incoming) chunks.push(chunk as Buffer);
	const { method = '', url = '', headers } = incoming;
	return { method, url, headers, body: Buffer.concat(chunks).toString() };
}

export function json(response: ServerResponse, body: unknown, status = 200): void {
	response.writeHead(status, { 'content-type': 'application/json' });
	response.end(JSON.stringify(body));
}

const IDS = { conversation_id: 'c', message_id: 'm', created_at: 1, task_id: 't' };

/** The bytes of one event. */
export function sse(event: string, fields: object = {}): string {
	return `data: ${JSON.stringify({ event, ...IDS, ...fields })}\n\n`;
}

/** Answers with a stream: texts are sent, numbers are pauses in milliseconds. */
export async function stream(response: ServerResponse, ...steps: Array<string | number>) {
	response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
	for (const step of steps) {
		if (typeof step === 'string') response.write(step);
		else await new Promise((resolve) => setTimeout(resolve, step));
	}
	response.end();
}
