import { invalidValue } from '../../../shared/errors';
import type { Item } from '../../../shared/item';
import { defined, trimmed } from '../../../shared/values';
import { filesOf } from '../../run/files';
import { inputsOf } from '../../run/inputs';
import type { Asker } from '../../run/items';
import type { Message } from '../../run/message';

/**
 * Reads the parameters of Send. Files of the item are uploaded here.
 *
 * @throws ChatflowError for parameters that cannot be sent.
 */
export async function chatRequest(item: Item): Promise<Message & Asker> {
	const { options } = item;
	const query = queryOf(item);
	const user = item.text('user');
	const conversationId = item.optionalId('conversationId') ?? '';
	const inputs = await inputsOf(item, user);
	const files = await filesOf(item, user);
	const body = defined({
		query,
		user,
		inputs,
		response_mode: options.responseMode === 'blocking' ? 'blocking' : 'streaming',
		conversation_id: conversationId,
		files: files.length > 0 ? files : undefined,
		auto_generate_name: options.autoGenerateName,
		workflow_id: trimmed(options.workflowId),
	});
	return { path: '/chat-messages', body, user, conversationId };
}

function queryOf(item: Item): string {
	const given = item.value('query');
	const query = Number.isNaN(given) ? '' : String(given ?? '');
	if (Array.isArray(given) || query === '[object Object]') {
		throw invalidValue(
			'Query is not a text',
			'The expression gives an object or a list. Choose the field that holds the text',
		);
	}
	if (query.trim() !== '') return query;
	throw invalidValue(
		'There is no question to send',
		'Fill in Query. Dify needs a text, also if only files are sent',
	);
}
