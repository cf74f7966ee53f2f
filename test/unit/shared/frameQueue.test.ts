import { createInbox } from '../../../nodes/shared/frameQueue';

it('an inbox asks for a pause when it is full, and goes on when it is empty', async () => {
	const asked: string[] = [];
	const inbox = createInbox({
		pause: () => void asked.push('pause'),
		resume: () => void asked.push('resume'),
	});
	for (let n = 0; n < 300; n++) inbox.push(String(n));
	expect([inbox.waiting(), asked]).toEqual([300, ['pause']]);
	inbox.finish();
	const texts: string[] = [];
	for await (const text of inbox.texts) texts.push(text);
	expect(texts).toEqual(Array.from({ length: 300 }, (_, n) => String(n)));
	expect(asked).toEqual(['pause', 'resume']);
});

it('an inbox asks for a pause when a few large texts wait', async () => {
	const asked: string[] = [];
	const inbox = createInbox({
		pause: () => void asked.push('pause'),
		resume: () => void asked.push('resume'),
	});
	const large = 'x'.repeat(600_000);
	inbox.push(large);
	expect(asked).toEqual([]);
	inbox.push(large);
	inbox.push(large);
	expect([inbox.waiting(), asked]).toEqual([3, ['pause']]);
	const texts = inbox.texts[Symbol.asyncIterator]();
	for (let n = 0; n < 3; n++) expect((await texts.next()).value).toBe(large);
	expect([inbox.waiting(), asked]).toEqual([0, ['pause', 'resume']]);
	inbox.push(large);
	expect(asked).toEqual(['pause', 'resume']);
	expect((await texts.next()).value).toBe(large);
});
