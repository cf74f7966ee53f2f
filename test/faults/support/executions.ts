import type { N8nClient } from '../../support/n8n/client';
import { getExecution, jsonOf, type Execution } from '../../support/n8n/executions';
import type { Call } from './load';
import { WEBHOOK, type Endpoint } from './webhooks';

/** How an execution ended, in the words of the README. */
export const OUTCOMES = {
	success: 'success',
	recovered: 'success, answer recovered',
	incomplete: 'success, with a warning',
	error: 'error of the node',
	lost: 'lost with the worker',
	undocumented: 'not as documented',
} as const;

export type Outcome = keyof typeof OUTCOMES;

/** One execution, read back from n8n. */
export interface Ended {
	execution: Execution;
	endpoint: Endpoint;
	/** The call that started it; n8n keeps nothing of it when it was lost with its worker. */
	call?: Call;
	outcome: Outcome;
	/** Message of the error, or what is not as documented. */
	detail: string;
}

const PAGE = 100;

interface Page {
	results: Array<{ id: string }>;
	nextCursor?: string | null;
}

/** The ids of all executions of a workflow. */
async function idsOf(client: N8nClient, workflowId: string): Promise<string[]> {
	const filter = encodeURIComponent(JSON.stringify({ workflowId }));
	const ids = new Set<string>();
	let cursor: string | null | undefined;
	do {
		const from = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
		const path = `/rest/executions?filter=${filter}&limit=${PAGE}${from}`;
		const page: Page = await client.call<Page>('GET', path);
		for (const { id } of page.results) ids.add(id);
		cursor = page.nextCursor;
	} while (cursor);
	return [...ids];
}

/** What n8n says when the worker that ran an execution is gone: it does not run it again. */
const LOST = /failed to be processed too many times/;

/** An error of the nodes says what happened and what to do, and is of one of n8n's two classes. */
function errorFlaw({ data }: Execution): string | undefined {
	const { error } = data.resultData;
	if (!error) return 'no error is stored';
	const { name, message, description } = error as { name?: string } & typeof error;
	if (!/^Node(Api|Operation)Error$/.test(name ?? '')) return `a ${name}: ${message}`;
	if (!message) return 'an error without a message';
	return description ? undefined : `an error that does not say what to do: ${message}`;
}

function judgeSuccess(execution: Execution, { kind, lastNode }: Endpoint, call: Call) {
	const items = jsonOf(execution, lastNode);
	const complaint = kind.complaint(items, call.sent, call.answer);
	if (complaint) return { outcome: 'undocumented', detail: complaint } as const;
	const told = JSON.stringify(execution.data.resultData.runData);
	if (told.includes('"recovered":true')) return { outcome: 'recovered', detail: '' } as const;
	const isWhole = !items.some(({ warning }) => warning !== undefined);
	return { outcome: isWhole ? 'success' : 'incomplete', detail: '' } as const;
}

function judge(
	execution: Execution,
	endpoint: Endpoint,
	call?: Call,
): { outcome: Outcome; detail: string } {
	const message = execution.data?.resultData?.error?.message ?? '';
	if (execution.status === 'error' && LOST.test(message))
		return { outcome: 'lost', detail: message };
	if (execution.status === 'crashed') return { outcome: 'lost', detail: 'crashed' };
	if (!call) return { outcome: 'undocumented', detail: `nobody started it: ${execution.stored}` };
	if (execution.status === 'success') return judgeSuccess(execution, endpoint, call);
	if (execution.status !== 'error') return { outcome: 'undocumented', detail: execution.status };
	const flaw = errorFlaw(execution);
	return flaw ? { outcome: 'undocumented', detail: flaw } : { outcome: 'error', detail: message };
}

async function readOne(
	client: N8nClient,
	id: string,
	endpoint: Endpoint,
	calls: Map<string, Call>,
): Promise<Ended> {
	const execution = await getExecution(client, id);
	const body = jsonOf(execution, WEBHOOK)[0]?.body as { id?: string } | undefined;
	const call = calls.get(body?.id ?? '');
	return { execution, endpoint, call, ...judge(execution, endpoint, call) };
}

/** Reads all executions of the workflows that are not known already, and judges how they ended. */
export async function readExecutions(
	client: N8nClient,
	endpoints: Endpoint[],
	calls: Call[],
	known: ReadonlySet<string> = new Set(),
): Promise<Ended[]> {
	const byId = new Map(calls.map((call) => [call.sent.id, call]));
	const ended: Ended[] = [];
	for (const endpoint of endpoints) {
		const ids = (await idsOf(client, endpoint.workflow.id)).filter((id) => !known.has(id));
		for (let at = 0; at < ids.length; at += 4) {
			const some = ids.slice(at, at + 4);
			ended.push(...(await Promise.all(some.map((id) => readOne(client, id, endpoint, byId)))));
		}
	}
	return ended;
}
