import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { cybertronBaseUrl } from '../nodes/shared/baseUrl';
import { ignoreSslField, secretField, testLimits } from '../nodes/shared/credentialFields';
import { completeRequest } from '../nodes/shared/credentialRequest';

const REFUSED = 'Check robot key, robot token and username';
const FOREIGN =
	'The response is not from a Cybertron API. Check the Base URL: it is the address of your AgentStudio.';

/** A rule of the test: a response with this value is a failure; `undefined` stands for none at all. */
function failsFor(key: string, value: string | number | undefined, message: string) {
	return { type: 'responseSuccessBody' as const, properties: { key, value, message } };
}

const NOT_ZERO = '123456789-+.ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * Only `000000` is a success. n8n's rules can only say what a failure is, but their key is a path,
 * which leads into a text as well: every sign of the code that is not 0 is one.
 */
const ONLY_ZEROS = [0, 1, 2, 3, 4, 5, 6].flatMap((place) =>
	[...NOT_ZERO].map((sign) => failsFor(`code[${place}]`, sign, REFUSED)),
);

/** A code that is a number: it has no digits to look at. */
const REFUSED_NUMBERS = [400000, 400001, 500000, 500001].map((code) =>
	failsFor('code', code, REFUSED),
);

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

	/** Lists one session: no side effect, and a wrong key is refused with code 400000. */
	test: ICredentialTestRequest = {
		request: {
			method: 'POST',
			baseURL: '={{$credentials.baseUrl}}',
			url: '/openapi/v1/conversation/segment/get_list/',
			body: {
				username: '={{$credentials.username.trim()}}',
				filter_mode: 0,
				page: 1,
				pagesize: 1,
			},
			json: true,
			...testLimits,
		},
		rules: [...REFUSED_NUMBERS, ...ONLY_ZEROS, failsFor('code[5]', undefined, FOREIGN)],
	};
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
