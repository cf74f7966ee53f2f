import type { IHttpRequestOptions } from 'n8n-workflow';

import { DifyApi } from '../../../credentials/DifyApi.credentials';

const credential = { baseUrl: 'http://dify.lan/v1/', apiKey: ' app-key\n' };

const complete = async (request: object, more: object = {}) =>
	await new DifyApi().authenticate({ ...credential, ...more }, request as IHttpRequestOptions);

it('completes the path of a call with address and key', async () => {
	expect(await complete({ url: '/info', method: 'GET', headers: { Accept: 'x' } })).toEqual({
		url: 'http://dify.lan/v1/info',
		method: 'GET',
		baseURL: undefined,
		skipSslCertificateValidation: false,
		headers: { Accept: 'x', Authorization: 'Bearer app-key' },
	});
});

it('serves the HTTP Request node, which says uri instead of url', async () => {
	const uri = 'http://dify.lan/v1/info';
	const request = await complete({ uri, rejectUnauthorized: true });
	expect(request).toMatchObject({ url: uri, headers: { Authorization: 'Bearer app-key' } });
	expect(request).toMatchObject({ rejectUnauthorized: true });
	expect(request).not.toHaveProperty('uri');
});

it('takes any certificate when the credential or the request says so', async () => {
	const insecure = { allowUnauthorizedCerts: true };
	expect(await complete({ url: '/info' }, insecure)).toMatchObject({
		skipSslCertificateValidation: true,
	});
	expect(await complete({ uri: 'https://dify.lan/v1/info' }, insecure)).toMatchObject({
		rejectUnauthorized: false,
	});
	expect(await complete({ url: '/info', skipSslCertificateValidation: true })).toMatchObject({
		skipSslCertificateValidation: true,
	});
});
