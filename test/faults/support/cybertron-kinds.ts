import type { IDataObject, INodeParameters } from 'n8n-workflow';
import type { Step } from '../../bench/support/n8n';
import { ASSISTANT_FLOW, COLLECTION_FLOW, FILE_STATUS } from '../../simulators/cybertron/index';
import { spoken, TIMEOUT_SECONDS, type Kind, type Sent, type Servers } from './kind';

const options = { timeout: TIMEOUT_SECONDS };
const textOfCall = '={{ $json.body.text }}';

function cybertronSteps(operation: `${string}.${string}`, parameters: INodeParameters) {
	const [resource = '', action = ''] = operation.split('.');
	return ({ cybertron }: Servers): Step[] => [
		{
			name: 'Cybertron',
			type: 'n8n-nodes-chatflow.cybertron',
			credential: cybertron,
			parameters: { resource, operation: action, options, ...parameters },
		},
	];
}

/** Whole, or the beginning of it where the item warns that the answer may be incomplete. */
function isAnswer(answer: unknown, whole: string, warning: unknown): boolean {
	if (answer === whole) return true;
	return typeof answer === 'string' && typeof warning === 'string' && whole.startsWith(answer);
}

function answered([item]: IDataObject[], { texts }: Sent): string | undefined {
	const whole = `You asked: ${spoken(texts[0])}`;
	if (!item || !isAnswer(item.answer, whole, item.warning)) return `item ${JSON.stringify(item)}`;
	return item.dialog_id ? undefined : 'no dialog_id';
}

function answeredInRounds([item]: IDataObject[], { texts }: Sent): string | undefined {
	const rounds = (item?.rounds ?? []) as IDataObject[];
	if (rounds.length !== texts.length) return `${rounds.length} rounds`;
	const wrong = rounds.find(({ answer, warning }, round) => {
		const whole = `You said: ${spoken(texts[round])}`;
		return !isAnswer(answer, whole, warning ?? item?.warning);
	});
	return wrong && `round ${JSON.stringify(wrong)}`;
}

function isDone([item]: IDataObject[]): string | undefined {
	return item?.status === FILE_STATUS.flowSuccess ? undefined : `status ${JSON.stringify(item)}`;
}

export const cybertronKinds: Kind[] = [
	{
		name: 'cybertron dialog.send, HTTP',
		share: 120,
		messages: 1,
		steps: cybertronSteps('dialog.send', { question: textOfCall }),
		complaint: answered,
	},
	{
		name: 'cybertron dialog.send, WebSocket',
		share: 50,
		messages: 1,
		steps: cybertronSteps('dialog.send', {
			question: textOfCall,
			options: { ...options, transport: 'webSocket' },
		}),
		complaint: answered,
	},
	{
		name: 'cybertron chatflow.run, two rounds',
		share: 110,
		messages: 2,
		steps: cybertronSteps('chatflow.run', {
			trigger: 'direct',
			flowUuid: ASSISTANT_FLOW,
			question: textOfCall,
			options: { ...options, followUps: '={{ [$json.body.next] }}' },
		}),
		complaint: answeredInRounds,
	},
	{
		name: 'cybertron offlineFile.getStatus',
		share: 50,
		messages: 0,
		steps: (servers) =>
			cybertronSteps('offlineFile.getStatus', { fileId: String(servers.doneFile) })(servers),
		complaint: isDone,
	},
	{
		name: 'cybertron offlineFile.upload, waiting',
		share: 50,
		messages: 0,
		file: true,
		steps: cybertronSteps('offlineFile.upload', {
			binaryPropertyName: 'file',
			flowUuid: COLLECTION_FLOW,
			tenantName: 'AiopsTest',
			extraParams: 'content',
			parseModel: 'gpt-4o',
			parsePrompt: 'Read it',
			waitForResult: true,
			options: { ...options, pollInterval: 0.2, maxWait: 30 },
		}),
		complaint: isDone,
	},
];
