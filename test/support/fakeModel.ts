import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface ModelMessage {
	role: string;
	content: unknown;
}

export interface ModelRequest {
	messages: ModelMessage[];
	tools?: Array<{ function: { name: string; description: string; parameters: unknown } }>;
}

export interface FakeModel {
	/** For n8n's OpenAI credential. */
	baseUrl: string;
	requests: ModelRequest[];
	close(): Promise<void>;
}

/**
 * A language model for tests, behind the part of OpenAI's interface that n8n's chat model uses. It
 * calls every tool that it is offered once, with the same arguments, and then repeats what they said.
 */
export async function startFakeModel(toolArguments: Record<string, unknown>): Promise<FakeModel> {
	const requests: ModelRequest[] = [];
	const server = createServer((request, response) => {
		void answer(request, response, requests, toolArguments);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		baseUrl: `http://127.0.0.1:${port}/v1`,
		requests,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

async function answer(
	request: IncomingMessage,
	response: ServerResponse,
	requests: ModelRequest[],
	toolArguments: Record<string, unknown>,
): Promise<void> {
	let text = '';
	for await (const chunk of request) text += String(chunk);
	// n8n's test of the credential asks for the list of models.
	if (request.method === 'GET') {
		response.setHeader('content-type', 'application/json');
		response.end(JSON.stringify({ object: 'list', data: [] }));
		return;
	}
	const body = JSON.parse(text) as ModelRequest & { stream?: boolean };
	requests.push(body);
	const message = nextMessage(body, JSON.stringify(toolArguments));
	if (body.stream) sendStream(response, message);
	else sendJson(response, message);
}

/** What tools said, as the agent passes it on. */
export function toolTexts({ messages }: ModelRequest): string[] {
	return messages.filter(({ role }) => role === 'tool').map(({ content }) => String(content));
}

function nextMessage(request: ModelRequest, toolArguments: string) {
	const said = toolTexts(request);
	if (said.length > 0 || !request.tools) return { role: 'assistant', content: said.join('\n') };
	const calls = request.tools.map(({ function: { name } }, index) => ({
		index,
		id: `call_${index}`,
		type: 'function',
		function: { name, arguments: toolArguments },
	}));
	return { role: 'assistant', content: '', tool_calls: calls };
}

const IDS = { id: 'chatcmpl-1', created: 1, model: 'fake' };
const USAGE = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };

function sendJson(response: ServerResponse, message: ReturnType<typeof nextMessage>): void {
	const finish_reason = 'tool_calls' in message ? 'tool_calls' : 'stop';
	const choices = [{ index: 0, message, finish_reason }];
	response.setHeader('content-type', 'application/json');
	response.end(JSON.stringify({ ...IDS, object: 'chat.completion', choices, usage: USAGE }));
}

/** The answer in two pieces, so that a caller who streams gets more than one. */
function sendStream(response: ServerResponse, message: ReturnType<typeof nextMessage>): void {
	response.setHeader('content-type', 'text/event-stream');
	const send = (delta: object, finish_reason: string | null = null) => {
		const choices = [{ index: 0, delta, finish_reason }];
		const chunk = { ...IDS, object: 'chat.completion.chunk', choices };
		response.write(`data: ${JSON.stringify(chunk)}\n\n`);
	};
	const { content } = message;
	send({ ...message, content: content.slice(0, 5) });
	if (content.length > 5) send({ content: content.slice(5) });
	send({}, 'tool_calls' in message ? 'tool_calls' : 'stop');
	response.end('data: [DONE]\n\n');
}
