import type { IExecuteFunctions } from 'n8n-workflow';

import type { LiveText } from '../../../nodes/shared/liveText';
import { openLiveText } from '../../../nodes/shared/liveText';
import { redactor } from '../../../nodes/shared/redact';

type Chunk = [type: string, itemIndex: number, content?: string];

const asItIs = <T>(value: T): T => value;

function open(
	streaming = true,
	redact = asItIs,
): { live: LiveText; chunks: Chunk[]; text(): string } {
	const chunks: Chunk[] = [];
	const context = {
		isStreaming: () => streaming,
		getNode: () => ({ type: 'n8n-nodes-chatflow.dify' }),
		sendChunk: async (...chunk: Chunk) => {
			await Promise.resolve();
			chunks.push(chunk);
		},
	} as unknown as IExecuteFunctions;
	return { live: openLiveText(context, 3, redact), chunks, text: () => textOf(chunks) };
}

const textOf = (chunks: Chunk[]) =>
	chunks.flatMap(([type, , content]) => (type === 'item' ? [content] : [])).join('');

describe('live text', () => {
	it('brackets the pieces of one item', async () => {
		const { live, chunks } = open();
		await live.append('Hel');
		await live.append('');
		await live.append('lo');
		await live.end();
		expect(chunks).toEqual([
			['begin', 3],
			['item', 3, 'Hel'],
			['item', 3, 'lo'],
			['end', 3],
		]);
	});

	it('says nothing when there is no text', async () => {
		const { live, chunks } = open();
		await live.append('');
		await live.replace('');
		await live.end();
		expect(chunks).toEqual([]);
	});

	it('says nothing when nobody watches', async () => {
		const { live, chunks } = open(false);
		await live.append('Hello');
		await live.replace('Bye');
		await live.end('broken');
		expect(chunks).toEqual([]);
	});

	it('says nothing after its end: a run may outlive a cancelled execution', async () => {
		const { live, chunks } = open();
		await live.append('Hello');
		await live.end('cancelled');
		const before = chunks.length;
		await live.append(' world');
		await live.replace('Bye');
		await live.end();
		expect(chunks.slice(before)).toEqual([]);
	});

	it('tells a failure, with or without text before', async () => {
		const { live, chunks } = open();
		await live.end('It broke');
		expect(chunks).toEqual([['error', 3, 'It broke']]);
	});

	it('is redacted', async () => {
		const { live, text } = open(true, redactor(['s3cret-key']));
		await live.append('It is s3cret-key.');
		expect(text()).toBe('It is ***.');
	});

	it('is redacted, however the secret is cut into pieces', async () => {
		for (let size = 1; size < 12; size++) {
			const { live, text } = open(true, redactor(['s3cret-key']));
			const said = 'It is s3cret-key, s3cret and s3cret-key';
			for (let at = 0; at < said.length; at += size) await live.append(said.slice(at, at + size));
			await live.end();
			expect(text()).toBe('It is ***, s3cret and ***');
		}
	});

	it('does not end with most of a secret', async () => {
		const { live, text } = open(true, redactor(['s3cret-key']));
		await live.append('s3cret-ke');
		await live.end();
		expect(text()).toBe('***');
	});

	it('works in an n8n that cannot stream', async () => {
		const live = openLiveText({} as IExecuteFunctions, 0, asItIs);
		await live.append('x');
		await live.end();
	});
});

describe('a replaced text', () => {
	it('sends only the rest when it goes on where the sent text ends', async () => {
		const { live, text } = open();
		await live.append('Hel');
		await live.replace('Hello');
		await live.append(' world');
		await live.replace('Hello world');
		expect(text()).toBe('Hello world');
	});

	it('is sent after a blank line when it differs', async () => {
		const { live, text } = open();
		await live.append('bad words');
		await live.replace('[moderated]');
		await live.append(' fine');
		await live.replace('[moderated] fine');
		expect(text()).toBe('bad words\n\n[moderated] fine');
	});

	it('is sent as it is when nothing was sent before', async () => {
		const { live, text } = open();
		await live.replace('Hello');
		expect(text()).toBe('Hello');
	});

	it('may be empty: what follows is kept apart from what was withdrawn', async () => {
		const { live, text } = open();
		await live.append('bad');
		await live.replace('');
		await live.append('good');
		expect(text()).toBe('bad\n\ngood');
	});
});
