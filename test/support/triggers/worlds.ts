import type { ICredentialDataDecryptedObject, IDataObject, INodeParameters } from 'n8n-workflow';
import { startCybertronSimulator, type CybertronSimulator } from '../../simulators/cybertron';
import { startDifySimulator, type DifySimulator } from '../../simulators/dify';

const USER = 'trigger-tests';
const WORKFLOW_KEY = 'app-workflow-key';
const FILES = 12;

/** One event of the trigger, and a server on which it can be made to happen. */
export interface World {
	event: string;
	credentialType: 'difyApi' | 'cybertronApi';
	credential: ICredentialDataDecryptedObject;
	parameters: INodeParameters;
	/** Makes it happen, once or more; gives what `keyOf` gives for each item to come. */
	happen(): Promise<string[]>;
	keyOf(item: IDataObject): string;
}

export interface Worlds {
	dify: DifySimulator;
	cybertron: CybertronSimulator;
	all: World[];
	close(): Promise<void>;
}

const eventId = (item: IDataObject) => String(item.event_id);

function workflowLog(dify: DifySimulator): World {
	return {
		event: 'workflowLog',
		credentialType: 'difyApi',
		credential: { baseUrl: dify.baseUrl, apiKey: WORKFLOW_KEY },
		parameters: {},
		happen: async () => [dify.seed.log().id, dify.seed.log({ status: 'failed' }).id],
		keyOf: eventId,
	};
}

function feedback(dify: DifySimulator): World {
	return {
		event: 'feedback',
		credentialType: 'difyApi',
		credential: { baseUrl: dify.baseUrl, apiKey: dify.apiKey },
		parameters: {},
		happen: async () => [dify.seed.feedback({ user: 'somebody' }).id],
		keyOf: ({ id }) => String(id),
	};
}

/** Real chats: the message is made by the same call that a user's application makes. */
function conversationMessage(dify: DifySimulator): World {
	return {
		event: 'conversationMessage',
		credentialType: 'difyApi',
		credential: { baseUrl: dify.baseUrl, apiKey: dify.apiKey },
		parameters: { user: USER },
		happen: async () => {
			const answer = await fetch(`${dify.baseUrl}/chat-messages`, {
				method: 'POST',
				headers: { authorization: `Bearer ${dify.apiKey}`, 'content-type': 'application/json' },
				body: JSON.stringify({ query: 'Hello', user: USER, inputs: {}, response_mode: 'blocking' }),
			});
			const { message_id: id } = (await answer.json()) as { message_id: string };
			return [id];
		},
		keyOf: eventId,
	};
}

/** Files that have been uploaded; one more of them ends each time. */
function offlineFileStatus({ state, ...cybertron }: CybertronSimulator): World {
	const { files } = state;
	files.progress.mode = 'manual';
	const ids = Array.from(
		{ length: FILES },
		() => files.create({ fileName: 'scan.pdf', plan: [1, 4, 7], position: 1 }).id,
	);
	const open = [...ids];
	return {
		event: 'offlineFileStatus',
		credentialType: 'cybertronApi',
		credential: {
			baseUrl: cybertron.origin,
			robotKey: cybertron.robotKey,
			robotToken: cybertron.robotToken,
			username: cybertron.username,
		},
		parameters: { fileIds: ids.join(', '), emitOn: 'final' },
		happen: async () => {
			const id = open.shift();
			if (id === undefined) throw new Error('All files have ended');
			files.advance(id);
			return [`${id}:7`];
		},
		keyOf: eventId,
	};
}

/** Both simulators with a world for each event of the trigger. */
export async function startWorlds(): Promise<Worlds> {
	const [dify, cybertron] = await Promise.all([startDifySimulator(), startCybertronSimulator()]);
	return {
		dify,
		cybertron,
		all: [
			workflowLog(dify),
			feedback(dify),
			conversationMessage(dify),
			offlineFileStatus(cybertron),
		],
		close: async () => {
			await Promise.all([dify.close(), cybertron.close()]);
		},
	};
}
