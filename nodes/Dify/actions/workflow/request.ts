import { path } from '../../../shared/client';
import type { Item } from '../../../shared/item';
import { defined, trimmed } from '../../../shared/values';
import { filesOf } from '../../run/files';
import { inputsOf } from '../../run/inputs';
import type { Message } from '../../run/message';

/**
 * Reads the parameters of Run. Files of the item are uploaded here.
 *
 * @throws ChatflowError for parameters that cannot be sent.
 */
export async function runRequest(item: Item): Promise<Message> {
	const { options } = item;
	const user = item.text('user');
	const inputs = await inputsOf(item, user);
	const files = await filesOf(item, user);
	const workflowId = trimmed(options.workflowId);
	return {
		path: workflowId ? path`/workflows/${workflowId}/run` : '/workflows/run',
		body: defined({
			inputs,
			user,
			response_mode: options.responseMode === 'blocking' ? 'blocking' : 'streaming',
			files: files.length > 0 ? files : undefined,
		}),
		user,
	};
}
