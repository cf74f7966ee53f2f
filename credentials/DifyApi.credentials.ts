import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { difyBaseUrl } from '../nodes/shared/baseUrl';
import { ignoreSslField, secretField } from '../nodes/shared/credentialFields';
import { completeRequest } from '../nodes/shared/credentialRequest';

/** The key of one Dify app; every app has keys of its own. */
export class DifyApi implements ICredentialType {
	name = 'difyApi';

	displayName = 'Dify API';

	icon = { light: 'file:dify.svg', dark: 'file:dify.dark.svg' } as const;

	documentationUrl = 'https://www.npmjs.com/package/n8n-nodes-chatflow#dify-credential';

	properties: INodeProperties[] = [
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.dify.ai/v1',
			placeholder: 'e.g. http://192.168.1.20/v1',
			description: 'The API base URL that Dify shows on the API Access page of your app',
			required: true,
		},
		secretField({
			displayName: 'API Key',
			name: 'apiKey',
			placeholder: 'e.g. app-...',
			description: 'Created on the API Access page of your app; it belongs to that app alone',
		}),
		ignoreSslField,
	];

	/** Completes a request of this package: address, TLS option and the bearer key. */
	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		return completeRequest(request, {
			baseUrl: difyBaseUrl(credentials.baseUrl),
			headers: { Authorization: `Bearer ${String(credentials.apiKey ?? '').trim()}` },
			insecure: credentials.allowUnauthorizedCerts === true,
		});
	}
}
