import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { NodeOperationError, updateDisplayOptions } from 'n8n-workflow';

import type { OutputMode } from '../../../shared/descriptions';
import { tryParseJson } from '../../../shared/json';
import { asText, defined, isObject } from '../../../shared/objects';
import { aggregated, events, perNode } from '../../stream/outputs';
import { startState } from '../../stream/state';
import type { ChatState } from '../../stream/state';
import { readEventStream } from '../../transport/chatStream';
import { difyError, difyRequest } from '../../transport/request';
import { optionsOf, timeoutMs } from '../options';
import { blockingState } from './blocking';
import { failureOf } from './failure';
import { sendFields } from './fields';

export const description = updateDisplayOptions(
	{ show: { resource: ['chat'], operation: ['send'] } },
	sendFields,
);

const OUTPUTS: Record<OutputMode, (state: ChatState) => IDataObject[]> = {
	aggregated: (state) => [aggregated(state)],
	perNode,
	events,
};

/** Sends a message and collapses what comes back (POST /chat-messages). */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const outputMode = context.getNodeParameter('outputMode', itemIndex, 'aggregated') as OutputMode;
	const options = optionsOf(context, itemIndex);
	const body = requestBody(context, itemIndex, options);
	const call = { method: 'POST' as const, path: '/chat-messages', body };

	const state = startState(outputMode);
	if (body.response_mode === 'blocking') {
		const timeout = timeoutMs(options);
		const answer = await difyRequest(context, itemIndex, { ...call, timeoutMs: timeout });
		blockingState(state, answer);
	} else {
		const idleMs = timeoutMs(options);
		const end = await readEventStream(context, itemIndex, call, { state, idleMs });
		const failure = failureOf(state, end);
		if (failure) throw await difyError(context, itemIndex, failure);
	}
	return OUTPUTS[outputMode](state).map((json) => ({ json: flagReset(json, body) }));
}

/** Two messages of one conversation at once would be answered without knowing of each other. */
export function exclusiveKey(context: IExecuteFunctions, itemIndex: number): string | undefined {
	return asText(context.getNodeParameter('conversationId', itemIndex, ''));
}

function requestBody(
	context: IExecuteFunctions,
	itemIndex: number,
	options: IDataObject,
): IDataObject {
	const query = String(context.getNodeParameter('query', itemIndex) ?? '');
	if (query.trim() === '') {
		throw new NodeOperationError(context.getNode(), 'There is no question to send', {
			itemIndex,
			description: 'Fill in Query. Dify needs a text, also when only files are sent',
		});
	}
	return defined({
		query,
		user: String(context.getNodeParameter('user', itemIndex)),
		inputs: inputsOf(context, itemIndex),
		response_mode: options.responseMode === 'blocking' ? 'blocking' : 'streaming',
		conversation_id: asText(context.getNodeParameter('conversationId', itemIndex, '')) ?? '',
		auto_generate_name:
			options.autoGenerateName === undefined ? undefined : options.autoGenerateName,
		workflow_id: asText(options.workflowId),
	});
}

function inputsOf(context: IExecuteFunctions, itemIndex: number): IDataObject {
	const given = context.getNodeParameter('inputs', itemIndex, '{}');
	const inputs = typeof given === 'string' ? tryParseJson(given || '{}') : given;
	if (isObject(inputs)) return inputs;
	throw new NodeOperationError(context.getNode(), 'The inputs are not a JSON object', {
		itemIndex,
		description: 'Write Inputs as an object, for example { "city": "Oslo" }',
	});
}

/** Servers from 1.15 on silently start a new conversation when they do not know the ID (facts 3.8). */
function flagReset(json: IDataObject, { conversation_id: requested }: IDataObject): IDataObject {
	const answered = json.conversation_id;
	const reset = requested && answered && requested !== answered && json.event === 'message';
	return reset ? { ...json, conversation_reset: true } : json;
}
