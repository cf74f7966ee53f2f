import { DifyApi } from '../../../credentials/DifyApi.credentials';
import { DifyKnowledgeApi } from '../../../credentials/DifyKnowledgeApi.credentials';
import type { Client } from '../../shared/client';
import { AT_ONCE, credentialTest } from '../../shared/credentialTest';
import { ChatflowError } from '../../shared/errors';
import { asObject, asText } from '../../shared/values';
import { appOfKind } from '../transport/app';
import { difyService } from '../transport/dify';
import { knowledgeService } from '../transport/knowledge';

const MAX_NAME_LENGTH = 100;

/** `/info` answers for every kind of app and changes nothing. */
export const difyApiTest = credentialTest({
	service: difyService,
	credential: new DifyApi(),
	check: async (client) => {
		const { name, mode } = asObject(await read(client, '/info'));
		const app = asText(name);
		if (app === undefined) throw notDify('on the API Access page of the app');
		const kind = appOfKind(mode);
		return `Connected to ${app.slice(0, MAX_NAME_LENGTH)}${kind ? `, ${kind}` : ''}`;
	},
});

/** A list changes nothing, and only a knowledge key opens it. */
export const difyKnowledgeApiTest = credentialTest({
	service: knowledgeService,
	credential: new DifyKnowledgeApi(),
	check: async (client) => {
		const { data, total } = asObject(await read(client, '/datasets', { limit: 1 }));
		if (!Array.isArray(data)) throw notDify('in Dify under Knowledge > Service API');
		const count = typeof total === 'number' ? total : data.length;
		return `Connected to a workspace with ${count} knowledge ${count === 1 ? 'base' : 'bases'}`;
	},
});

async function read(client: Client, path: string, qs?: { limit: number }): Promise<unknown> {
	return await client.request({ method: 'GET', path, qs, retryDelays: AT_ONCE });
}

function notDify(place: string): ChatflowError {
	return new ChatflowError({
		message: 'The response is not from a Dify API',
		description: `Check the Base URL: it is shown ${place}`,
	});
}
