import { cleanBaseUrl, cybertronBaseUrl, difyBaseUrl } from '../../../nodes/shared/baseUrl';

describe('a base URL as people paste it', () => {
	it.each([
		['https://host.example', 'https://host.example'],
		['  https://host.example///  ', 'https://host.example'],
		['https://host.example/?a=b#c', 'https://host.example'],
		['host.example/path', 'https://host.example/path'],
		['192.168.1.20:8080', 'http://192.168.1.20:8080'],
		['localhost', 'http://localhost'],
		['dify.local/', 'http://dify.local'],
		['http://host.example', 'http://host.example'],
		['ws://host.example', 'http://host.example'],
		['wss://host.example', 'https://host.example'],
		['', ''],
	])('%s becomes %s', (pasted, clean) => {
		expect(cleanBaseUrl(pasted)).toBe(clean);
	});

	it('may be missing', () => {
		expect(cleanBaseUrl(undefined)).toBe('');
		expect(cleanBaseUrl(null)).toBe('');
	});
});

describe('the base URL of Dify', () => {
	it.each([
		['https://api.dify.ai/v1', 'https://api.dify.ai/v1'],
		['https://api.dify.ai', 'https://api.dify.ai/v1'],
		['https://api.dify.ai/v1/', 'https://api.dify.ai/v1'],
		['https://api.dify.ai/v1/chat-messages', 'https://api.dify.ai/v1'],
		['http://192.168.1.20', 'http://192.168.1.20/v1'],
		['http://host/dify', 'http://host/dify/v1'],
		['http://host/dify/v1', 'http://host/dify/v1'],
		['http://host/v2/dify/v1', 'http://host/v2/dify/v1'],
		['http://host/gw/v1/dify/v1/', 'http://host/gw/v1/dify/v1'],
		['', ''],
	])('%s becomes %s', (pasted, base) => {
		expect(difyBaseUrl(pasted)).toBe(base);
	});

	it('never turns http into https', () => {
		expect(difyBaseUrl('http://api.example')).toMatch(/^http:/);
	});
});

describe('the base URL of Cybertron', () => {
	it.each([
		['https://agents.dyna.ai', 'https://agents.dyna.ai'],
		['https://agents.dyna.ai/openapi/v1/', 'https://agents.dyna.ai'],
		['wss://agents.dyna.ai/openapi/v2/ws/dialog/', 'https://agents.dyna.ai'],
		['http://host/prefix', 'http://host/prefix'],
	])('%s becomes %s', (pasted, base) => {
		expect(cybertronBaseUrl(pasted)).toBe(base);
	});
});

describe('an address that is refused', () => {
	it.each([
		'ws+unix:///var/run/docker.sock',
		'http+unix:///var/run/docker.sock',
		'file:///etc/passwd',
		'ftp://host/v1',
		'https://',
		'javascript:alert(1)',
	])('%s: it is no HTTP address', (url) => {
		expect(() => difyBaseUrl(url)).toThrow('The Base URL is not an HTTP address');
		expect(() => cybertronBaseUrl(url)).toThrow('The Base URL is not an HTTP address');
	});

	it.each(['http://user:password@host/v1', 'https://user@host', 'user:password@host'])(
		'%s: it has a user name or password',
		(url) => {
			expect(() => difyBaseUrl(url)).toThrow('The Base URL must not hold a user name or password');
			expect(() => cybertronBaseUrl(url)).toThrow(/must not hold/);
		},
	);
});
