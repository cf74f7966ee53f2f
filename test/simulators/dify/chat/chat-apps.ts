import { randomUUID } from 'node:crypto';
import { seconds } from '../state';
import { answerText, wordsOf } from './answers';
import { streamAnswer } from './flow';
import type { RunSession } from './session';

type AppFlow = (run: RunSession) => Promise<void>;

/** Chatbot: deltas, then `message_end`; no workflow events. */
async function chatbot(run: RunSession): Promise<void> {
	await streamAnswer(run);
}

/** Agent app: thoughts and `agent_message` deltas. */
async function agent(run: RunSession): Promise<void> {
	const thought = {
		id: randomUUID(),
		position: 1,
		tool: 'weather',
		tool_input: '{"city":"Zürich"}',
	};
	const frame = { thought: '', observation: '', tool_labels: { weather: { en_US: 'Weather' } } };
	run.emit('agent_thought', { ...thought, ...frame, message_files: [] });
	await agentDeltas(run);
	const final = { ...thought, ...frame, thought: run.answer, observation: 'sunny' };
	run.emit('agent_thought', { ...final, message_files: [] });
	run.message?.agentThoughts.push({
		...final,
		chain_id: null,
		message_id: run.messageId,
		files: [],
		created_at: seconds(Date.now()),
	});
}

async function agentDeltas(run: RunSession): Promise<void> {
	for (const word of wordsOf(answerText(run))) {
		run.pacer.checkpoint();
		run.answerParts.push(word);
		run.deltas += 1;
		run.emit('agent_message', { id: run.messageId, answer: word });
		await run.pacer.sleep(run.plan.number('slow', run.core.settings.deltaDelayMs));
	}
}

/** New Agent app: deltas as `agent_message`, then one `message` with the whole answer. */
async function newAgent(run: RunSession): Promise<void> {
	await agentDeltas(run);
	run.emit('message', { id: run.messageId, answer: run.answer });
}

const FLOWS: Partial<Record<string, AppFlow>> = { 'agent-chat': agent, agent: newAgent };

/** What apps without a workflow do with a query. */
export async function chatAppFlow(run: RunSession): Promise<void> {
	await (FLOWS[run.app.mode] ?? chatbot)(run);
}
