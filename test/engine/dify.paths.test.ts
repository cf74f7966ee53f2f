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

describe('a plain text as the variable of a conversation', () => {
	const variables = [
		{ id: 'v-1', name: 'plan', value_type: 'number', value: '1' },
		{ id: 'v-2', name: 'city', value_type: 'number', value: '2' },
	];
	const update = async (variableId: string, value: string) => {
		server.answer(({ method }, response) =>
			json(response, method === 'PUT' ? variables[1] : { data: variables, has_more: false }),
		);
		const parameters = { user, conversationId: picked('c', 'id'), variableId, value };
		return await server.run('conversation.updateVariable', parameters);
	};

	it.each(['v-2', 'city'])('is its ID or its name, of whatever form: %s', async (text) => {
		for (const value of ['5', '={{ 5 }}']) {
			expect((await update(text, value)).error).toBeUndefined();
			expect(server.requests.at(-1)).toMatchObject({
				method: 'PUT',
				url: '/v1/conversations/c/variables/v-2',
				body: '{"value":5,"user":"ann"}',
			});
		}
	});

	it('is refused when it is neither', async () => {
		const { error } = await update('nothing', '5');
		expect(error?.message).toBe('The conversation has no variable named "nothing"');
		expect(server.requests).toHaveLength(1);
	});
});

describe('a rating', () => {
	const submit = async (rating: string) =>
		await server.run('feedback.submit', { messageId: 'm', user, rating });

	it('that an expression does not give is not taken for a revocation', async () => {
		for (const rating of ['={{ $json.missing }}', '={{ "" }}']) {
			expect((await submit(rating)).error?.message).toBe('Rating is empty');
		}
		expect(server.requests).toEqual([]);
	});

	it.each(['null', '={{ null }}'])('is revoked on purpose: %s', async (rating) => {
		await submit(rating);
		expect(server.requests.map(({ body }) => body)).toEqual(['{"rating":null,"user":"ann"}']);
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
		expect(error?.message).toBe('The response is not from a Dify API');
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
