import type { N8nClient } from '../support/n8n/client';
import { saveCredential, testCredential } from '../support/n8n/credentials';
import { openN8n } from './support/n8n';
import { services, type Service } from './support/services';

describe.each(['dify', 'cybertron'] as const)('the credential test of %s', (name) => {
	let client: N8nClient;
	let service: Service;

	beforeAll(async () => {
		client = await openN8n();
		service = await services[name]();
	});
	afterAll(async () => await service.close());

	const test = async (data: Service['wrong']) => {
		const saved = await saveCredential(client, { ...service.credential, data });
		return await testCredential(client, saved, data);
	};

	it('accepts the right key', async () => {
		expect(await test(service.credential.data)).toMatchObject({ status: 'OK' });
	});

	it('accepts an address with a slash at its end', async () => {
		const { data } = service.credential;
		expect(await test({ ...data, baseUrl: `${String(data.baseUrl)}/` })).toMatchObject({
			status: 'OK',
		});
	});

	it('refuses a wrong key and does not repeat it', async () => {
		const result = await test(service.wrong);
		expect(result.status).toBe('Error');
		for (const secret of service.secrets) expect(JSON.stringify(result)).not.toContain(secret);
	});

	it('says so when nothing answers at the address', async () => {
		const result = await test({ ...service.credential.data, baseUrl: 'http://127.0.0.1:9' });
		expect(result.status).toBe('Error');
	});
});
