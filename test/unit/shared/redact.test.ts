import { redactor } from '../../../nodes/shared/redact';

describe('secrets', () => {
	const secret = 'app-s+cr/t=';

	it.each([
		['as they are', `Bearer ${secret}!`, 'Bearer ***!'],
		['encoded in a URL', `?key=${encodeURIComponent(secret)}`, '?key=***'],
		['again and again', `${secret} ${secret}`, '*** ***'],
		['encoded twice', encodeURIComponent(encodeURIComponent(secret)), '***'],
		['in JSON inside of a text', String.raw`{"k":"app-s+cr\/t="}`, '{"k":"***"}'],
		['escaped in JSON inside of a text', String.raw`app-s\u002Bcr\\u002ft\u003d`, '***'],
		['in a web page', 'app-s&#43;cr&#x2F;t&#x3d;', '***'],
	])('are blanked %s', (_case, text, clean) => {
		expect(redactor([secret])(text)).toBe(clean);
	});

	it('that are too short to be one leave the text alone', () => {
		expect(redactor(['a', ''])('a cat')).toBe('a cat');
	});

	it('are blanked in every corner of an error', () => {
		const error = {
			message: `m ${secret}`,
			description: `d ${secret}`,
			details: { list: [{ deep: secret }], count: 1, nothing: null },
		};
		const clean = redactor([secret])(error);
		expect(JSON.stringify(clean)).not.toContain(secret);
		expect(clean).toEqual({
			message: 'm ***',
			description: 'd ***',
			details: { list: [{ deep: '***' }], count: 1, nothing: null },
		});
		expect(error.message).toContain(secret);
	});

	it('cost nothing where there are none: the value is not copied', () => {
		const value = { list: ['a', { b: 1 }] };
		expect(redactor(['app-s3cret'])(value)).toBe(value);
	});
});
