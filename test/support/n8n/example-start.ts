import { randomUUID } from 'node:crypto';
import type { N8nClient } from './client';
import { waitForExecution } from './executions';
import { waitFor } from './wait';
import { publishWorkflow, runWorkflow, type SavedWorkflow } from './workflows';

/** The one file of a form, as a person would choose it. */
interface FormFile {
	/** The name of the form's field. */
	field: string;
	name: string;
	type: string;
	content: string;
}

/** How an example is set going. Without any of these "Execute workflow" is pressed. */
export interface ExampleStart {
	/** Messages to the workflow's chat, one after the other in one session. */
	chat?: string[];
	/** What is submitted to the workflow's form. */
	form?: { path: string; file: FormFile };
	/** What is submitted to the form that the execution waits for, by the names of its fields. */
	thenForm?: Record<string, string>;
}

export interface StartedExample {
	executionId: string;
	/** What the caller of a chat or a form was answered, the last time. */
	response?: string;
}

const EXECUTION_LIMIT_MS = 30_000;

/** Sets an example going from outside, as the people would for whom it was made. */
export async function startExample(
	client: N8nClient,
	workflow: SavedWorkflow,
	start: ExampleStart = {},
): Promise<StartedExample> {
	if (start.chat) return await startByChat(client, workflow, start.chat);
	if (start.form) return await startByForm(client, workflow, start.form);
	const executionId = await runWorkflow(client, workflow);
	if (start.thenForm) await answerWaitingForm(client, executionId, start.thenForm);
	return { executionId };
}

async function startByChat(
	client: N8nClient,
	workflow: SavedWorkflow,
	messages: string[],
): Promise<StartedExample> {
	const webhookId = workflow.nodes.find(({ type }) => type.endsWith('.chatTrigger'))?.webhookId;
	const sessionId = randomUUID();
	const send = async (chatInput: string) =>
		await fetch(`${client.baseUrl}/webhook/${webhookId}/chat`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ action: 'sendMessage', sessionId, chatInput }),
		});
	return await startPublished(
		client,
		workflow,
		messages.map((text) => async () => await send(text)),
	);
}

async function startByForm(
	client: N8nClient,
	workflow: SavedWorkflow,
	{ path, file }: { path: string; file: FormFile },
): Promise<StartedExample> {
	const send = async () => {
		const form = new FormData();
		form.append(file.field, new Blob([file.content], { type: file.type }), file.name);
		return await fetch(`${client.baseUrl}/form/${path}`, { method: 'POST', body: form });
	};
	return await startPublished(client, workflow, [send]);
}

/** Publishes a workflow, sends it requests one after the other, and finds the last execution. */
async function startPublished(
	client: N8nClient,
	workflow: SavedWorkflow,
	requests: Array<() => Promise<Response>>,
): Promise<StartedExample> {
	const before = await latestExecution(client, workflow.id);
	await publishWorkflow(client, workflow);
	let response = '';
	for (const request of requests) response = await textOf(await request());
	const executionId = await waitFor(
		async () => {
			const latest = await latestExecution(client, workflow.id);
			return latest === before ? undefined : latest;
		},
		{ what: `An execution of "${workflow.name}"`, limitMs: EXECUTION_LIMIT_MS },
	);
	return { executionId, response };
}

async function textOf(answer: Response): Promise<string> {
	const text = await answer.text();
	if (!answer.ok) throw new Error(`${answer.url} answered ${answer.status}: ${text}`);
	return text;
}

async function latestExecution(client: N8nClient, workflowId: string): Promise<string | undefined> {
	const filter = encodeURIComponent(JSON.stringify({ workflowId }));
	type Answer = { results: Array<{ id: string }> };
	const path = `/rest/executions?filter=${filter}&limit=1`;
	const { results } = await client.call<Answer>('GET', path);
	return results[0]?.id;
}

/** Fills in the form for which an execution waits. */
async function answerWaitingForm(
	client: N8nClient,
	executionId: string,
	fields: Record<string, string>,
): Promise<void> {
	const { status, stored } = await waitForExecution(client, executionId);
	if (status !== 'waiting') throw new Error(`The execution is "${status}", not waiting for a form`);
	// The address is signed; the workflow itself has to tell it to those who are to answer.
	const path = /\/form-waiting\/[^"\s]+/.exec(stored)?.[0];
	if (!path) throw new Error('No item holds the address of the form');
	const form = new FormData();
	for (const [name, value] of Object.entries(fields)) form.append(name, value);
	await textOf(await fetch(`${client.baseUrl}${path}`, { method: 'POST', body: form }));
}
