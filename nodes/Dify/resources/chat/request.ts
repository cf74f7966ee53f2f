import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { asObject, asText, defined, isObject } from '../../../shared/objects';
import { optionsOf, userField } from '../options';
import { requiredText } from '../parameters';
import { filesOf } from './files';
import { inputsOf } from './inputs';

/** One message as it is sent, and what to make of the answer. */
export interface ChatRequest {
	body: IDataObject;
	user: string;
	/** The conversation that was to be gone on with; empty for a new one. */
	conversationId: string;
	options: IDataObject;
}

/**
 * Reads the parameters of Send. Files of the item are uploaded here.
 *
 * @throws NodeOperationError for parameters that cannot be sent.
 */
export async function chatRequest(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<ChatRequest> {
	const options = optionsOf(context, itemIndex);
	const query = queryOf(context, itemIndex);
	const user = requiredText(context, itemIndex, userField);
	const conversationId = conversationIdOf(context, itemIndex);
	const inputs = await inputsOf(context, itemIndex, user);
	const files = await filesOf(context, itemIndex, user);
	const body = defined({
		query,
		user,
		inputs,
		response_mode: options.responseMode === 'blocking' ? 'blocking' : 'streaming',
		conversation_id: conversationId,
		files: files.length > 0 ? files : undefined,
		auto_generate_name: options.autoGenerateName,
		workflow_id: asText(options.workflowId)?.trim() || undefined,
	});
	return { body, user, conversationId, options };
}

/** The conversation to go on with; a value left over from a picker of another operation counts too. */
export function conversationIdOf(context: IExecuteFunctions, itemIndex: number): string {
	const value = context.getNodeParameter('conversationId', itemIndex, '');
	return asText(isObject(value) ? asObject(value).value : value)?.trim() ?? '';
}

function queryOf(context: IExecuteFunctions, itemIndex: number): string {
	const given = context.getNodeParameter('query', itemIndex, '') as unknown;
	const query = Number.isNaN(given) ? '' : String(given ?? '');
	if (Array.isArray(given) || query === '[object Object]') {
		throw new NodeOperationError(context.getNode(), 'Query is not a text', {
			itemIndex,
			description: 'The expression gives an object or a list. Choose the field that holds the text',
		});
	}
	if (query.trim() !== '') return query;
	throw new NodeOperationError(context.getNode(), 'There is no question to send', {
		itemIndex,
		description: 'Fill in Query. Dify needs a text, also when only files are sent',
	});
}
