import { CybertronApi, cybertronAccess } from '../../../credentials/CybertronApi.credentials';
import type { Service } from '../../shared/client';
import { AT_ONCE, credentialTest } from '../../shared/credentialTest';
import { failedResponse } from '../../shared/http';
import { tryParseJson } from '../../shared/json';
import { asObject } from '../../shared/values';
import { cybertronService } from '../transport/cybertron';
import { foreignResponse, SUCCESS } from '../transport/errors';

/** Some calls have no envelope; this one has, so a response without the code of success is none. */
const strictService: Service = {
	...cybertronService,
	read: (response) => {
		const data = cybertronService.read(response);
		const { code } = asObject(tryParseJson(response.body));
		if (code === SUCCESS) return data;
		throw failedResponse(response, foreignResponse(response));
	},
};

/** Lists one session: no side effect, and a wrong key is refused with code 400000. */
export const cybertronApiTest = credentialTest({
	service: strictService,
	credential: new CybertronApi(),
	check: async (client, credentials) => {
		const { username } = cybertronAccess(credentials);
		await client.request({
			method: 'POST',
			path: '/openapi/v1/conversation/segment/get_list/',
			body: { username, filter_mode: 0, page: 1, pagesize: 1 },
			isRead: true,
			retryDelays: AT_ONCE,
		});
		return 'Connected to the robot';
	},
});
