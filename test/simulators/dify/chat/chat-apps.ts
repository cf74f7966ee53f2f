import { agentFlow, newAgentFlow } from './agents';
import { endModeration, replyOnly, startError, streamAnswer } from './flow';
import type { RunSession } from './session';

type AppFlow = (run: RunSession) => Promise<void>;

const FLOWS: Partial<Record<string, AppFlow>> = { 'agent-chat': agentFlow, agent: newAgentFlow };

/**
 * What apps without a workflow do with a query; a Completion app with its inputs. Annotations and input
 * moderation are plain replies.
 */
export async function chatAppFlow(run: RunSession): Promise<void> {
	const { plan } = run;
	if (plan.has('annotation')) await replyOnly(run, 'This answer comes from an annotation.', true);
	if (plan.has('moderation', 'input')) await replyOnly(run, 'Blocked input.', false);
	if (plan.has('error') && !plan.has('error', 'mid')) startError(run);
	if (plan.has('first')) await run.pacer.sleep(plan.number('first', 1000));
	const flow = FLOWS[run.app.mode] ?? streamAnswer;
	await flow(run);
	if (plan.has('hang')) await hang(run);
	endModeration(run);
}

async function hang(run: RunSession): Promise<void> {
	run.silent = !run.plan.has('hang', 'ping');
	await run.pacer.waitFor(new Promise(() => undefined), true);
}
