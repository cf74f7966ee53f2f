import { redactor } from '../../../nodes/shared/redact';

describe('secrets', () => {
	const secret = 'app-s+cr/t=';

	it.each([
		['as they are', `Bearer ${secret}!`, 'Bearer ***!'],
		['encoded in a URL', `?key=${encodeURIComponent(secret)}`, '?key=***'],
		['again and again', `${secret} ${secret}`, '*** ***'],
		['in JSON inside of a text', String.raw`{"k":"app-s+cr\/t="}`, '{"k":"***"}'],
		['escaped in JSON inside of a text', String.raw`app-s\u002bcr\u002ft\u003d`, '***'],
		['in a web page', 'app-s&#43;cr&#47;t&#61;', '***'],
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

	it('are blanked in the names of fields', () => {
		expect(redactor([secret])({ [`x ${secret}`]: { [secret]: 1 } })).toEqual({
			'x ***': { '***': 1 },
		});
	});

	it('with quotes are blanked as web pages escape them', () => {
		const redact = redactor(['k"e<y&1']);
		expect(redact('a k&quot;e&lt;y&amp;1 b')).toBe('a *** b');
		expect(redact(JSON.stringify('k"e<y&1'))).toBe('"***"');
	});

	it('that begin at the end of a text are found there', () => {
		const redact = redactor(['s3cret-key']);
		expect(redact.unsure?.('It is s3cret-k')).toBe(8);
		expect(redact.unsure?.('It is s3cret+')).toBe(0);
		expect(redact.unsure?.('s')).toBe(1);
	});

	it('leave fields called __proto__ as they are', () => {
		const value: unknown = JSON.parse(`{"__proto__":{"a":"${secret}"}}`);
		expect(JSON.stringify(redactor([secret])(value))).toBe('{"__proto__":{"a":"***"}}');
	});

	it('cost nothing where there are none: the value is not copied', () => {
		const value = { list: ['a', { b: 1 }] };
		expect(redactor(['app-s3cret'])(value)).toBe(value);
	});
});
