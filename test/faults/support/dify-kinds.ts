import type { IDataObject, INodeParameters } from 'n8n-workflow';
import type { Step } from '../../bench/support/n8n';
import { spoken, TIMEOUT_SECONDS, type Kind, type Sent, type Servers } from './kind';

const USER = 'faults';
/** Whose conversations are listed; the simulator has been given three of them. */
export const LISTED_USER = 'faults-listed';
export const LISTED_CONVERSATIONS = 3;

const options = { timeout: TIMEOUT_SECONDS };
const textOfCall = '={{ $json.body.text }}';

function difyStep(
	{ dify }: Servers,
	operation: `${string}.${string}`,
	parameters: INodeParameters,
	name = 'Dify',
): Step {
	const [resource = '', action = ''] = operation.split('.');
	return {
		name,
		type: 'n8n-nodes-chatflow.dify',
		credential: dify,
		parameters: { resource, operation: action, options, ...parameters },
	};
}

function chat(parameters: INodeParameters = {}, more: IDataObject = {}) {
	return (servers: Servers): Step[] => [
		difyStep(servers, 'chat.send', {
			query: textOfCall,
			user: USER,
			outputMode: 'aggregated',
			options: { ...options, maxWait: 20, ...more } as INodeParameters,
			...parameters,
		}),
	];
}

const expectedAnswer = ({ texts }: Sent) => `Echo: ${spoken(texts[0])}`;

/** A recovered answer is complete, too. */
function answered(items: IDataObject[], sent: Sent): string | undefined {
	const [item, ...rest] = items;
	if (!item || rest.length > 0) return `${items.length} items`;
	if (item.answer !== expectedAnswer(sent)) return `answer ${JSON.stringify(item.answer)}`;
	return item.conversation_id ? undefined : 'no conversation_id';
}

interface Chunk {
	type: string;
	content?: string;
}

/** The caller who reads along gets the same text, each piece once, also when it was recovered. */
function answeredLive(items: IDataObject[], sent: Sent, heard: string): string | undefined {
	const chunks = heard
		.split('\n')
		.filter((line) => line.trim() !== '')
		.map((line) => JSON.parse(line) as Chunk);
	const text = chunks.map(({ type, content }) => (type === 'item' ? content : '')).join('');
	const isSame = text === expectedAnswer(sent);
	return isSame ? answered(items, sent) : `the caller heard ${JSON.stringify(text)}`;
}

/** A run that was looked after when its stream had been lost may not tell its nodes any more. */
function answeredByNode(items: IDataObject[], sent: Sent): string | undefined {
	const titles = items.map(({ node_type: type }) => type);
	const recovered = items.some((item) => item.recovered === true);
	if (!titles.includes('llm') && !recovered) return `nodes ${titles.join()}`;
	const answers = items.map(({ answer }) => answer);
	return answers.includes(expectedAnswer(sent)) ? undefined : `answers ${JSON.stringify(answers)}`;
}

/** Uploads a file, sends it along with a message, downloads it, and takes the hash of what came. */
function roundTrip(servers: Servers): Step[] {
	const file = { source: 'uploadId', uploadFileId: '={{ $json.id }}', type: 'document' };
	const query = "={{ $('Webhook').first().json.body.text }}";
	const fileId = "={{ $('Upload').first().json.id }}";
	const send = { query, user: USER, files: { file: [file] }, outputMode: 'aggregated' };
	return [
		difyStep(servers, 'file.upload', { binaryPropertyName: 'file', user: USER }, 'Upload'),
		difyStep(servers, 'chat.send', { ...send, options: { ...options, maxWait: 20 } }, 'Send'),
		difyStep(servers, 'file.download', { fileId }, 'Download'),
		{
			name: 'Hash',
			type: 'n8n-nodes-base.crypto',
			parameters: {
				action: 'hash',
				type: 'SHA256',
				binaryData: true,
				binaryPropertyName: 'data',
				dataPropertyName: 'sha256',
				encoding: 'hex',
			},
		},
	];
}

export const difyKinds: Kind[] = [
	{
		name: 'dify chat.send, streaming',
		share: 180,
		messages: 1,
		steps: chat(),
		complaint: answered,
	},
	{
		name: 'dify chat.send, blocking',
		share: 110,
		messages: 1,
		steps: chat({}, { responseMode: 'blocking' }),
		complaint: answered,
	},
	{
		name: 'dify chat.send, per node',
		share: 50,
		messages: 1,
		steps: chat({ outputMode: 'perNode' }),
		complaint: answeredByNode,
	},
	{
		name: 'dify chat.send, live',
		share: 60,
		messages: 1,
		live: true,
		steps: chat(),
		complaint: answeredLive,
	},
	{
		name: 'dify file.upload, chat.send, file.download',
		share: 70,
		messages: 1,
		file: true,
		steps: roundTrip,
		complaint: ([item], { sha256 }) =>
			item?.sha256 === sha256 ? undefined : `another file: ${JSON.stringify(item)}`,
	},
	{
		name: 'dify app.getInfo',
		share: 90,
		messages: 0,
		steps: (servers) => [difyStep(servers, 'app.getInfo', {})],
		complaint: ([item]) => (item?.mode ? undefined : `no app: ${JSON.stringify(item)}`),
	},
	{
		name: 'dify conversation.getAll',
		share: 60,
		messages: 0,
		steps: (servers) => [
			difyStep(servers, 'conversation.getAll', { user: LISTED_USER, returnAll: true }),
		],
		complaint: (items) =>
			items.length === LISTED_CONVERSATIONS ? undefined : `${items.length} conversations`,
	},
];
