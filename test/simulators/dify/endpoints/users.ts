import type { RequestContext } from '../context';
import { DifyError } from '../errors';
import type { Router } from '../router';
import { isoTime } from '../state';

/** Since 1.13; times are ISO strings; anonymous is only DEFAULT-USER. */
function endUser(context: RequestContext): void {
	const { app, core } = context;
	const found = core.state.endUsers.get(context.param('end_user_id').toLowerCase());
	if (!found || found.appId !== app.id) {
		throw new DifyError(404, 'end_user_not_found', 'End user not found.');
	}
	const { isoZone } = core.settings;
	context.send(200, {
		id: found.id,
		tenant_id: core.state.tenantId,
		app_id: app.id,
		type: 'service_api',
		external_user_id: found.sessionId,
		name: null,
		is_anonymous: found.isAnonymous,
		session_id: found.sessionId,
		created_at: isoTime(found.createdAt, isoZone),
		updated_at: isoTime(found.updatedAt, isoZone),
	});
}

export function addUserRoutes(router: Router): void {
	router.add({
		method: 'GET',
		pattern: '/v1/end-users/{end_user_id:uuid}',
		handler: endUser,
		available: (traits) => traits.endUsers,
	});
}
