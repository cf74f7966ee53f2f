import type { INodeParameters } from 'n8n-workflow';

import { json, startPlainServer } from '../support/dify/plainServer';
import type { PlainServer } from '../support/dify/plainServer';
import { picked } from '../support/dify/run';

let server: PlainServer;

beforeAll(async () => {
	server = await startPlainServer();
});
beforeEach(() => server.answer((_request, response) => json(response, { id: 'x' })));
afterAll(async () => await server.close());

const user = 'ann';

/** One operation for every way to give an ID. */
const operations = (id: string): Array<[`${string}.${string}`, INodeParameters]> => [
	['endUser.get', { endUserId: id }],
	['chat.stop', { taskId: id, user }],
	['file.download', { fileId: id }],
	['annotation.delete', { annotationId: picked(id, 'id') }],
	['conversation.delete', { user, conversationId: picked(id, 'id') }],
];

describe('an ID', () => {
	it.each(['.', '..', ' .. '])('that leads to another address is not sent: %j', async (id) => {
		for (const [operation, parameters] of operations(id)) {
			const { error, json: items } = await server.run(operation, parameters);
			expect(items).toEqual([]);
			expect(error?.message).toBe(`"${id.trim()}" is not an ID`);
		}
		expect(server.requests).toEqual([]);
	});

	it.each([
		['a/b?c#d', 'a%2Fb%3Fc%23d'],
		['../../info', '..%2F..%2Finfo'],
		['ü 日', '%C3%BC%20%E6%97%A5'],
		['...', '...'],
	])('is sent as one part of the address: %s', async (id, encoded) => {
		for (const [operation, parameters] of operations(id)) await server.run(operation, parameters);
		expect(server.requests.map(({ url }) => url.split('?')[0])).toEqual([
			`/v1/end-users/${encoded}`,
			`/v1/chat-messages/${encoded}/stop`,
			`/v1/files/${encoded}/preview`,
			`/v1/apps/annotations/${encoded}`,
			`/v1/conversations/${encoded}`,
		]);
	});
});

describe('a download', () => {
	it.each([true, false])('does not take the page of a proxy for the file: %s', async (named) => {
		server.answer((_request, response) => {
			response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
			response.end('<html>Please sign in</html>');
		});
		const parameters = { fileId: 'f', options: { asAttachment: named } };
		const { error, json: items } = await server.run('file.download', parameters);
		expect(items).toEqual([]);
		expect(error?.message).toBe('The server did not answer as Dify does');
	});

	it('takes an HTML file, which Dify always names', async () => {
		server.answer((_request, response) => {
			const disposition = "attachment; filename*=UTF-8''a.html";
			response.writeHead(200, { 'content-type': 'text/html', 'content-disposition': disposition });
			response.end('<p>a</p>');
		});
		const { json: items } = await server.run('file.download', { fileId: 'f' });
		expect(items).toMatchObject([{ name: 'a.html', size: 8 }]);
	});
});
