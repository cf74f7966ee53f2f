import type { RunSession } from '../session';

const PER_BLOCK = 500;

/**
 * `count` message events at the price of copying bytes: blocks of events, made once and sent
 * again and again. Their texts are `t0 ` to `t499 `, over and over. Waits for slow clients, so
 * that memory stays flat.
 */
export async function bulkDeltas(run: RunSession, count: number): Promise<void> {
	const block = eventBlock(run, PER_BLOCK);
	for (let left = count; left > 0; left -= PER_BLOCK) {
		run.pacer.checkpoint();
		const { texts, bytes } = left >= PER_BLOCK ? block : eventBlock(run, left);
		run.answerParts.push(texts);
		run.deltas += Math.min(left, PER_BLOCK);
		run.channel.publish({ event: 'message', text: '', blocks: bytes });
		await run.channel.drained();
		await run.pacer.breathe();
	}
}

function eventBlock(run: RunSession, size: number): { texts: string; bytes: Buffer } {
	const texts = Array.from({ length: size }, (_, index) => `t${index} `);
	const head = `data: ${run.messageHead()}"`;
	const tail = '","from_variable_selector":["llm","text"]}\n\n';
	const bytes = Buffer.from(texts.map((text) => head + text + tail).join(''));
	return { texts: texts.join(''), bytes };
}
