import type { RunSession } from '../session';

const PER_WRITE = 500;

/**
 * `count` message events at the price of a few string operations: blocks of events that differ
 * only in a number. Waits for slow clients, so that memory stays flat.
 */
export async function bulkDeltas(run: RunSession, count: number): Promise<void> {
	const head = `data: ${run.messageHead()}"`;
	const tail = '","from_variable_selector":["llm","text"]}\n\n';
	for (let done = 0; done < count; done += PER_WRITE) {
		run.pacer.checkpoint();
		const size = Math.min(PER_WRITE, count - done);
		const texts = Array.from({ length: size }, (_, index) => `t${done + index} `);
		run.answerParts.push(texts.join(''));
		run.deltas += size;
		run.channel.publish({
			event: 'message',
			text: texts.map((text) => head + text + tail).join(''),
			count: size,
		});
		const wait = run.channel.drained();
		if (wait) await wait;
		await run.pacer.breathe();
	}
}
