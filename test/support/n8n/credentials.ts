import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import type { N8nClient } from './client';

export interface SavedCredential {
	id: string;
	name: string;
	type: string;
}

export interface CredentialContent {
	name: string;
	type: string;
	data: ICredentialDataDecryptedObject;
}

export interface CredentialTestResult {
	status: 'OK' | 'Error';
	message: string;
}

/** Creates a credential, or changes the one that has this name and type. */
export async function saveCredential(
	client: N8nClient,
	{ name, type, data }: CredentialContent,
): Promise<SavedCredential> {
	const all = await client.call<SavedCredential[]>('GET', '/rest/credentials');
	const existing = all.find((one) => one.name === name && one.type === type);
	if (!existing) {
		return await client.call<SavedCredential>('POST', '/rest/credentials', { name, type, data });
	}
	const path = `/rest/credentials/${existing.id}`;
	return await client.call<SavedCredential>('PATCH', path, { name, type, data });
}

/** Presses the editor's "Retry" of a credential: n8n runs the credential's own test. */
export async function testCredential(
	client: N8nClient,
	saved: SavedCredential,
	data: ICredentialDataDecryptedObject,
): Promise<CredentialTestResult> {
	const credentials = { id: saved.id, name: saved.name, type: saved.type, data };
	return await client.call('POST', '/rest/credentials/test', { credentials });
}
