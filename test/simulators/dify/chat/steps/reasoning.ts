import type { RunSession } from '../session';

const THOUGHTS = ['First I read the question. ', 'Then I think about it. ', 'Now I know.'];

/** Reasoning: own events since 1.15, inside the answer before. */
export async function runReasoning(run: RunSession): Promise<void> {
	if (!run.traits.reasoningEvents) {
		await run.delta('<think>');
		for (const thought of THOUGHTS) await run.delta(thought);
		await run.delta('</think>\n');
		return;
	}
	for (const [index, reasoning] of THOUGHTS.entries()) {
		run.emit('reasoning_chunk', {
			data: {
				message_id: run.messageId,
				reasoning,
				node_id: 'llm',
				is_final: index === THOUGHTS.length - 1,
			},
		});
	}
	run.reasoning = { llm: THOUGHTS.join('') };
}
