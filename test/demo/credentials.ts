import type { N8nClient } from '../support/n8n/client';
import {
	saveCredential,
	testCredential,
	type CredentialContent,
	type SavedCredential,
} from '../support/n8n/credentials';
import { say } from './print';
import type { Simulators } from './simulators';

/** The credentials that the example workflows name. */
export function demoCredentials({ dify, cybertron, model }: Simulators): CredentialContent[] {
	const { origin, robotKey, robotToken, username } = cybertron;
	return [
		{
			name: 'Dify (simulator)',
			type: 'difyApi',
			data: { baseUrl: dify.baseUrl, apiKey: dify.apiKey, allowUnauthorizedCerts: false },
		},
		{
			name: 'Dify Agent (simulator)',
			type: 'difyApi',
			data: { baseUrl: dify.baseUrl, apiKey: 'app-agent-key', allowUnauthorizedCerts: false },
		},
		{
			name: 'Dify Workflow (simulator)',
			type: 'difyApi',
			data: { baseUrl: dify.baseUrl, apiKey: 'app-workflow-key', allowUnauthorizedCerts: false },
		},
		{
			name: 'Dify Knowledge (simulator)',
			type: 'difyKnowledgeApi',
			data: { baseUrl: dify.baseUrl, apiKey: dify.knowledgeApiKey, allowUnauthorizedCerts: false },
		},
		{
			name: 'OpenAI (simulator)',
			type: 'openAiApi',
			data: { url: model.baseUrl, apiKey: 'none' },
		},
		{
			name: 'Cybertron (simulator)',
			type: 'cybertronApi',
			data: { baseUrl: origin, robotKey, robotToken, username, allowUnauthorizedCerts: false },
		},
	];
}

/** Creates or updates the credentials, and has n8n test each one. */
export async function saveDemoCredentials(client: N8nClient, contents: CredentialContent[]) {
	const saved: SavedCredential[] = [];
	let failed = 0;
	say('');
	for (const content of contents) {
		const credential = await saveCredential(client, content);
		const { status, message } = await testCredential(client, credential, content.data);
		say(`${status === 'OK' ? 'PASS' : 'FAIL'}  Credential "${content.name}": ${message}`);
		if (status !== 'OK') failed += 1;
		saved.push(credential);
	}
	return { saved, failed, passed: contents.length - failed };
}
