import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { cybertronBaseUrl } from '../nodes/shared/baseUrl';
import { ignoreSslField, secretField } from '../nodes/shared/credentialFields';
import { completeRequest } from '../nodes/shared/credentialRequest';

/** Key, token and user of a robot that was published to "API Call" (Cybertron/SERVER.md, "Credentials"). */
export class CybertronApi implements ICredentialType {
	name = 'cybertronApi';

	displayName = 'Cybertron API';

	icon = { light: 'file:cybertron.svg', dark: 'file:cybertron.dark.svg' } as const;

	documentationUrl = 'https://www.npmjs.com/package/n8n-nodes-chatflow#cybertron-credential';

	properties: INodeProperties[] = [
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://agents.dyna.ai',
			placeholder: 'e.g. https://www.cybotstar.cn',
			description: 'Where your AgentStudio runs; the WebSocket address follows from it',
			required: true,
		},
		secretField({
			displayName: 'Robot Key',
			name: 'robotKey',
			description:
				'Shown in AgentStudio where the robot is published for API calls; paste it unchanged',
		}),
		secretField({
			displayName: 'Robot Token',
			name: 'robotToken',
			description: 'Shown beside the robot key; paste it unchanged',
		}),
		{
			displayName: 'Username',
			name: 'username',
			type: 'string',
			default: '',
			placeholder: 'e.g. name@example.com',
			description: 'The AgentStudio account that the calls are made for, usually an email address',
			required: true,
		},
		ignoreSslField,
	];

	/** Completes a request of this package: address, TLS option and the three headers. */
	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const { robotKey, robotToken, username } = cybertronAccess(credentials);
		return completeRequest(request, {
			baseUrl: cybertronBaseUrl(credentials.baseUrl),
			headers: {
				'cybertron-robot-key': robotKey,
				'cybertron-robot-token': robotToken,
				...(isHeaderSafe(username) ? { username } : {}),
			},
			insecure: credentials.allowUnauthorizedCerts === true,
		});
	}
}

/** Key, token and username as they are sent: trimmed, otherwise exactly as pasted: servers take the key encoded and decoded. */
export function cybertronAccess(credentials: ICredentialDataDecryptedObject) {
	return {
		robotKey: String(credentials.robotKey ?? '').trim(),
		robotToken: String(credentials.robotToken ?? '').trim(),
		username: String(credentials.username ?? '').trim(),
	};
}

/** Node refuses header values outside of Latin-1; such a name still travels in the body. */
export function isHeaderSafe(text: string): boolean {
	return /^[\t\x20-\x7e\x80-\xff]+$/.test(text);
}
