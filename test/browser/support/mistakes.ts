import type { ICredentialDataDecryptedObject, INodeParameters } from 'n8n-workflow';
import { startCybertronSimulator } from '../../simulators/cybertron/index';
import { createSelfSigned } from '../../simulators/cybertron/selfSigned';
import { startDifySimulator } from '../../simulators/dify/index';
import type { OurNode } from './workflow';

/** A mistake as users make it, and what they have to read about it. */
export interface Mistake {
	/** In the words of the one who made it. */
	name: string;
	node: OurNode;
	credential: ICredentialDataDecryptedObject;
	parameters: INodeParameters;
	/** What happened. */
	message: RegExp;
	/** What to do about it. */
	description: RegExp;
}

/** Every server that a mistake needs. */
export async function startServers() {
	const dify = await startDifySimulator({
		version: '1.16',
		apps: [{ key: 'app-demo-key' }, { key: 'app-draft-key', published: false }],
	});
	const oldDify = await startDifySimulator({ version: '1.12' });
	const cybertron = await startCybertronSimulator();
	const tls = createSelfSigned();
	const selfSigned = await startDifySimulator({ tls });
	const selfSignedCybertron = await startCybertronSimulator({ tls });
	const all = [dify, oldDify, cybertron, selfSigned, selfSignedCybertron];
	dify.faults.add({
		path: '/chat-messages',
		query: 'quota',
		action: 'respond',
		preset: 'provider_quota_exceeded',
		times: 0,
	});
	const close = async () => {
		await Promise.all(all.map(async (server) => await server.close()));
	};
	return { dify, oldDify, cybertron, selfSigned, selfSignedCybertron, close };
}

type Servers = Awaited<ReturnType<typeof startServers>>;

function ask(parameters: INodeParameters = {}): INodeParameters {
	return {
		resource: 'chat',
		operation: 'send',
		query: 'Hello',
		user: 'ann',
		options: {},
		...parameters,
	};
}

const run: INodeParameters = { resource: 'chatflow', operation: 'run', question: 'Hello' };

/** Ten mistakes, some for both services. */
export function mistakes(servers: Servers): Mistake[] {
	const { dify, oldDify, cybertron, selfSigned, selfSignedCybertron } = servers;
	const difyKey = { baseUrl: dify.baseUrl, apiKey: dify.apiKey };
	const { robotKey, robotToken, username } = cybertron;
	const robot = { baseUrl: cybertron.origin, robotKey, robotToken, username };
	const foreignFile = dify.seed.file({ user: 'bob' });
	return [
		{
			name: 'Wrong Dify key',
			node: 'dify',
			credential: { ...difyKey, apiKey: 'app-this-is-wrong' },
			parameters: ask(),
			message: /does not accept the API key/,
			description: /API Access page/,
		},
		{
			name: 'Wrong robot key',
			node: 'cybertron',
			credential: { ...robot, robotKey: 'this-is-wrong' },
			parameters: run,
			message: /does not know this robot/,
			description: /robot key and token in the credential/,
		},
		{
			name: 'Base URL of something else',
			node: 'dify',
			credential: { ...difyKey, baseUrl: `${dify.origin}/somewhere/v1` },
			parameters: ask(),
			message: /server does not have this endpoint/,
			description: /Check the Base URL/,
		},
		{
			name: 'Base URL of something that is not Cybertron',
			node: 'cybertron',
			credential: { ...robot, baseUrl: dify.origin },
			parameters: run,
			message: /refused the WebSocket connection/,
			description: /Check the Base URL/,
		},
		{
			name: 'User is empty',
			node: 'dify',
			credential: difyKey,
			parameters: ask({ user: '={{ $json.nobody }}' }),
			message: /^User is empty$/,
			description: /Fill in User/,
		},
		{
			name: 'Query is empty',
			node: 'dify',
			credential: difyKey,
			parameters: ask({ query: '={{ $json.nothing }}' }),
			message: /no question/,
			description: /Fill in Query/,
		},
		{
			name: 'Unknown conversation',
			node: 'dify',
			credential: { baseUrl: oldDify.baseUrl, apiKey: oldDify.apiKey },
			parameters: ask({ conversationId: '11111111-2222-4333-8444-555555555555' }),
			message: /does not know this conversation/,
			description: /User is the one who started it/,
		},
		{
			name: 'File of another user',
			node: 'dify',
			credential: difyKey,
			parameters: ask({
				files: { file: [{ source: 'uploadId', uploadFileId: foreignFile.id, type: 'document' }] },
			}),
			message: /does not know the uploaded file/,
			description: /User is the one who uploaded it/,
		},
		{
			name: 'Self-signed certificate of Dify',
			node: 'dify',
			credential: { baseUrl: selfSigned.baseUrl, apiKey: selfSigned.apiKey },
			parameters: ask(),
			message: /certificate of the \w+ server is not trusted/,
			description: /Ignore SSL Issues/,
		},
		{
			name: 'Self-signed certificate of Cybertron',
			node: 'cybertron',
			credential: { ...robot, baseUrl: selfSignedCybertron.origin },
			parameters: run,
			message: /certificate of the \w+ server is not trusted/,
			description: /Ignore SSL Issues/,
		},
		{
			name: 'Dify is down',
			node: 'dify',
			credential: { ...difyKey, baseUrl: 'http://127.0.0.1:9/v1' },
			parameters: ask(),
			message: /server cannot be reached/,
			description: /Base URL in the credential/,
		},
		{
			name: 'Cybertron is down',
			node: 'cybertron',
			credential: { ...robot, baseUrl: 'http://127.0.0.1:9' },
			parameters: run,
			message: /server cannot be reached/,
			description: /Base URL in the credential/,
		},
		{
			name: 'App is not published',
			node: 'dify',
			credential: { ...difyKey, apiKey: 'app-draft-key' },
			parameters: ask(),
			message: /app is not available/,
			description: /Publish the app/,
		},
		{
			name: 'Quota is used up',
			node: 'dify',
			credential: difyKey,
			parameters: ask({ query: 'Hello quota' }),
			message: /quota of the model provider is used up/,
			description: /Model Provider/,
		},
	];
}
