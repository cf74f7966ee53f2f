import type { Item } from '../../shared/item';
import { asText } from '../../shared/values';
import { QUICK } from './appForm';
import { dify } from './dify';

/**
 * Makes the end user before several items ask for it at once. Dify would make one for each of them,
 * all of the same name, and lose what belongs to all but one (SERVER.md, "End users").
 */
export async function ensureEndUser(item: Item): Promise<void> {
	const user = asText(item.value('user')) ?? asText(item.options.user);
	if (user === undefined) return;
	await item.once(`user ${user}`, async () => {
		const qs = { limit: 1, user };
		try {
			await dify(item).request({ method: 'GET', path: '/conversations', qs, ...QUICK });
		} catch {
			// Not a chat app, or no server: the operation itself will say so.
		}
	});
}
