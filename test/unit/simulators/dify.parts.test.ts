import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { defaultSettings } from '../../simulators/dify/apps';
import { DIRECTIVES, Plan } from '../../simulators/dify/chat/directives';
import { FAULT_PRESETS } from '../../simulators/dify/faults';
import { makeMp3, spokenText } from '../../simulators/dify/chat/audio';
import { BytesSink } from '../../simulators/dify/files/bytes';
import { boundaryOf, MultipartReader } from '../../simulators/dify/files/multipart';
import { pyStr } from '../../simulators/dify/python';
import { parseArguments } from '../../simulators/shared/arguments';
import { TempDirectory } from '../../simulators/shared/temp-files';

describe('parts of the Dify simulator', () => {
	it('takes a query apart into directives and text', () => {
		const plan = new Plan('Tell me #slow 200 #iteration 3 parallel about 5 #things #script x y');
		expect(plan.text).toBe('Tell me about 5 #things y');
		expect(plan.number('slow', 0)).toBe(200);
		expect(plan.has('iteration', 'parallel')).toBe(true);
		expect(plan.name('script')).toBe('x');
		expect(plan.has('loop')).toBe(false);
		expect(new Plan('#constructor #agent 3 apples').text).toBe('#constructor 3 apples');
	});

	it.each([
		['text', 'text'],
		[true, 'True'],
		[null, 'None'],
		[1.5, '1.5'],
		[['a', "it's", 'say "x"', 2], `['a', "it's", 'say "x"', 2]`],
		[{ a: { b: [false, null] } }, "{'a': {'b': [False, None]}}"],
		[['a\n\\'], "['a\\n\\\\']"],
	])('writes %j as Python does', (value, text) => {
		expect(pyStr(value)).toBe(text);
	});

	it('hears what it spoke, and nothing in other files', () => {
		const long = 'ü'.repeat(5000);
		expect(spokenText(makeMp3(long))).toBe(long);
		expect(spokenText(Buffer.from('something else'))).toBeUndefined();
	});

	const boundary = 'AaB03x';
	const content = Buffer.from('line\r\n--AaB03\r\n--AaB0 \r\n\0ÿ');
	const body = Buffer.concat([
		Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="user"\r\n\r\nme\r\n`),
		Buffer.from(
			`--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a %22b%22.txt"\r\nContent-Type: text/plain\r\n\r\n`,
		),
		content,
		Buffer.from(`\r\n--${boundary}\r\nContent-Disposition: form-data; name="empty"\r\n\r\n`),
		Buffer.from(`\r\n--${boundary}--\r\nepilogue`),
	]);

	it.each([1, 2, 3, 7, 64, 4096])('reads multipart bodies in pieces of %i bytes', async (size) => {
		const temp = new TempDirectory('multipart-test-');
		const pieces: Buffer[] = [];
		for (let at = 0; at < body.length; at += size) pieces.push(body.subarray(at, at + size));
		const reader = new MultipartReader(boundary, () => new BytesSink(temp, 10));
		const form = await reader.read(Readable.from(pieces), 10_000);
		expect(form?.fields).toEqual({ user: 'me', empty: '' });
		expect(form?.files).toMatchObject([
			{ field: 'file', filename: 'a "b".txt', mimeType: 'text/plain' },
		]);
		// Larger than the memory limit: the bytes come from a temporary file.
		expect(form?.files[0]?.bytes.content).toBeNull();
		const chunks = [];
		for await (const chunk of form?.files[0]?.bytes.open() ?? []) chunks.push(chunk as Buffer);
		expect(Buffer.concat(chunks)).toEqual(content);
		temp.remove();
	});

	it('gives up on a body beyond the limit but reads it to the end', async () => {
		const temp = new TempDirectory('multipart-test-');
		const source = Readable.from([body]);
		const reader = new MultipartReader(boundary, () => new BytesSink(temp, 10));
		expect(await reader.read(source, 20)).toBeNull();
		expect(source.readableEnded).toBe(true);
		temp.remove();
	});

	it('finds the boundary of multipart content types only', () => {
		expect(boundaryOf('multipart/form-data; boundary="a b"')).toBe('a b');
		expect(boundaryOf('multipart/form-data; boundary=abc; charset=utf-8')).toBe('abc');
		expect(boundaryOf('application/json')).toBeUndefined();
	});

	it('documents every directive, setting and preset', () => {
		const readme = readFileSync(join(__dirname, '../../simulators/README.md'), 'utf8');
		for (const name of Object.keys(DIRECTIVES)) expect(readme).toContain(`\`#${name}`);
		for (const name of Object.keys(defaultSettings('1.16')))
			expect(readme).toContain(`\`${name}\``);
		for (const name of Object.keys(FAULT_PRESETS)) expect(readme).toContain(`\`${name}\``);
	});

	it('reads the command line and refuses what it does not know', () => {
		expect(parseArguments(['--dify-port', '80', '--json', '--dify-version=1.16'])).toMatchObject({
			...{ difyPort: 80, cybertronPort: 0, json: true, difyVersion: '1.16' },
		});
		expect(() => parseArguments(['--dify-port', 'x'])).toThrow('--dify-port needs a port number');
		expect(() => parseArguments(['--nope'])).toThrow('unknown option "--nope"');
		expect(() => parseArguments(['--host'])).toThrow('--host needs a value');
	});
});
