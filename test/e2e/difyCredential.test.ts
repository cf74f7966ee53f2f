import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { N8nClient } from '../support/n8n/client';
import { saveCredential, testCredential } from '../support/n8n/credentials';
import { openN8n } from './support/n8n';
import { services, type Service } from './support/services';

let client: N8nClient;
let service: Service;

beforeAll(async () => {
	client = await openN8n();
	service = await services.dify();
});
afterAll(async () => await service.close());

async function testAgainst(baseUrl: string) {
	const data = { ...service.credential.data, baseUrl };
	const saved = await saveCredential(client, { ...service.credential, data });
	return await testCredential(client, saved, data);
}

it.each([
	['a web page', '<html><title>Dify</title></html>', 'text/html'],
	['other JSON', '{"welcome":"Dify OpenAPI"}', 'application/json'],
	['nothing', '', 'text/plain'],
])(
	'the credential test does not take a server for Dify that answers with %s',
	async (_, body, type) => {
		const server = createServer((request, response) => {
			request.resume();
			response.writeHead(200, { 'Content-Type': type }).end(body);
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const { port } = server.address() as AddressInfo;
		const result = await testAgainst(`http://127.0.0.1:${port}`);
		await new Promise((resolve) => server.close(resolve));
		expect(result.status).toBe('Error');
		expect(result.message).toMatch(/is not from a Dify API/);
	},
);

it.each(['', '/', '/v1', '/v1/', '/v1/info'])(
	'the credential test takes a Base URL that ends with %j',
	async (ending) => {
		const origin = new URL(String(service.credential.data.baseUrl)).origin;
		expect(await testAgainst(`${origin}${ending}`)).toMatchObject({ status: 'OK' });
	},
);
