import { join } from 'node:path';
import { saveCredential } from '../../support/n8n/credentials';
import { publishWorkflow, saveWorkflow } from '../../support/n8n/workflows';
import { digits, inTurns, median, quantile } from '../support/measure';
import { connect, toNode, type N8nSession, type Step } from '../support/n8n';
import { startWorker } from '../support/processes';
import { delayOf } from '../support/raw-client';
import { atMost, type Row } from '../support/row';

const WEBHOOK = '3f2b8a4e-6f3c-4d0c-9a86-7f0c1a2b3c4d';
const milliseconds = (value: number) => `${digits(value)} ms`;

/** Where workers/first-token-source.ts serves. */
interface Source {
	baseUrl: string;
	apiKey: string;
}

async function openChat(n8n: N8nSession, source: Source): Promise<string> {
	const credential = await saveCredential(n8n.client, {
		name: 'Dify (first token)',
		type: 'difyApi',
		data: { baseUrl: source.baseUrl, apiKey: source.apiKey },
	});
	const steps: Step[] = [
		{
			name: 'Chat',
			type: '@n8n/n8n-nodes-langchain.chatTrigger',
			typeVersion: 1.3,
			webhookId: WEBHOOK,
			parameters: { public: true, options: { responseMode: 'streaming' } },
		},
		{
			name: 'Answer',
			type: 'n8n-nodes-chatflow.dify',
			credential,
			parameters: {
				resource: 'chat',
				operation: 'send',
				query: '={{ $json.chatInput }}',
				user: '={{ $json.sessionId }}',
				outputMode: 'aggregated',
				options: {},
			},
		},
	];
	const content = { name: 'First token', nodes: steps.map(toNode), connections: connect(steps) };
	await publishWorkflow(n8n.client, await saveWorkflow(n8n.client, content));
	return `${n8n.baseUrl}/webhook/${WEBHOOK}/chat`;
}

/** Row 7: how much later than the server's first piece of text a caller sees it. */
export const firstTokenRow: Row = {
	number: 7,
	what: 'first token: from the server to the caller of a streaming Chat Trigger',
	measure: async ({ n8n, quick, folder, onEnd }) => {
		const session = await n8n();
		const { process: source, announcement } = await startWorker<Source>(
			'first-token-source',
			join(folder, 'first-token-source.log'),
		);
		onEnd('the server of the first token', async () => await source.stop());
		const chat = await openChat(session, announcement);
		const { baseUrl, apiKey } = announcement;
		const bare = async () =>
			await delayOf({
				url: `${baseUrl}/chat-messages`,
				headers: { authorization: `Bearer ${apiKey}` },
				body: { query: '#scenario timed', inputs: {}, user: 'bench', response_mode: 'streaming' },
				sent: /first@([\d.]+) /,
			});
		const throughN8n = async () =>
			await delayOf({
				url: chat,
				body: { action: 'sendMessage', sessionId: 'bench', chatInput: '#scenario timed' },
				sent: /"type":"item","content":"first@([\d.]+) /,
			});
		const late = await inTurns(quick ? 15 : 60, { bare, n8n: throughN8n }, { warmUp: 5 });
		await source.stop();
		const told = (values: number[]) =>
			`median ${milliseconds(median(values))}, 95 % within ${milliseconds(quantile(values, 0.95))}`;
		return [
			atMost(15, {
				name: `${late.n8n.length} answers: median delay beyond that of a bare socket`,
				value: median(late.n8n) - median(late.bare),
				show: milliseconds,
				details: [
					`after the server sent it: bare socket ${told(late.bare)}; through n8n ${told(late.n8n)}`,
				],
			}),
		];
	},
};
