import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { difyBaseUrl } from '../nodes/shared/baseUrl';
import { ignoreSslField, secretField } from '../nodes/shared/credentialFields';
import { completeRequest } from '../nodes/shared/credentialRequest';

/** A knowledge key of Dify: it opens all knowledge bases of a workspace, and no app. */
export class DifyKnowledgeApi implements ICredentialType {
	name = 'difyKnowledgeApi';

	displayName = 'Dify Knowledge API';

	icon = { light: 'file:dify.svg', dark: 'file:dify.dark.svg' } as const;

	documentationUrl = 'https://www.npmjs.com/package/n8n-nodes-chatflow#dify-credential';

	properties: INodeProperties[] = [
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.dify.ai/v1',
			placeholder: 'e.g. http://192.168.1.20/v1',
			description: 'The API base URL that Dify shows under Knowledge > Service API',
			required: true,
		},
		secretField({
			displayName: 'API Key',
			name: 'apiKey',
			placeholder: 'e.g. dataset-...',
			description:
				'Created in Dify under Knowledge > Service API; it opens all knowledge bases of the workspace',
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
