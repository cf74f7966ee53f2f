import type { Item } from '../../shared/item';
import { asObject, asText } from '../../shared/values';
import { QUICK } from './appForm';
import { dify } from './dify';

/**
 * The kind of the app that the key belongs to, as GET /info names it: `workflow`, `advanced-chat` for
 * a Chatflow and so on. Asked once per execution and credential; `undefined` if nobody answers.
 */
export async function appMode(item: Item): Promise<string | undefined> {
	try {
		return await item.once('appMode', async () => {
			const info = await dify(item).request({ method: 'GET', path: '/info', ...QUICK });
			return asText(asObject(info).mode);
		});
	} catch {
		return undefined;
	}
}
