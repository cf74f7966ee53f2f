import type {
	IBinaryKeyData,
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
} from 'n8n-workflow';

import type { OutputMode } from '../../../shared/descriptions';
import { asText } from '../../../shared/objects';
import { outputModeOf } from '../../../shared/outputMode';
import { aggregated, events, perNode, statusOf } from '../../stream/outputs';
import type { ChatState } from '../../stream/state';
import { audioFile, downloadFiles } from './binaries';
import type { ChatRequest } from './request';

const OUTPUTS: Record<OutputMode, (state: ChatState) => IDataObject[]> = {
	aggregated: (state) => [aggregated(state)],
	perNode,
	events,
};

/** What the items say beside the answer itself. */
export type AnswerContext = Pick<ChatRequest, 'user' | 'conversationId' | 'options'>;

/**
 * The items of one answer, in the wanted output mode; what does not fit into them becomes a hint of
 * the node. Files and audio go to the last item, which holds the end of the answer.
 */
export async function itemsOf(
	context: IExecuteFunctions,
	itemIndex: number,
	state: ChatState,
	answer: AnswerContext,
): Promise<INodeExecutionData[]> {
	const mode = outputModeOf(context, itemIndex);
	const extra = mode === 'events' ? {} : extraFields(state, answer);
	const items: INodeExecutionData[] = OUTPUTS[mode](state).map((json) => ({
		json: { ...json, ...extra },
	}));
	const hints = hintsOf(state, answer, items.length);
	const binary = await binariesOf(context, itemIndex, state, answer.options, hints);
	const last = items.at(-1);
	if (last && Object.keys(binary).length > 0) last.binary = binary;
	showHints(context, hints);
	return items;
}

function extraFields(state: ChatState, { user, conversationId }: AnswerContext): IDataObject {
	return {
		...(wasReset(state, conversationId) ? { conversation_reset: true } : {}),
		// All that is needed to fill the forms and to go on (facts 3.7).
		...(state.paused ? { user } : {}),
	};
}

/** Servers from 1.15 on silently start a new conversation when they do not know the ID (facts 3.8). */
export function wasReset({ conversationId }: ChatState, requested: string): boolean {
	if (requested === '' || conversationId === undefined) return false;
	return plainUuid(conversationId) !== plainUuid(requested);
}

/** A UUID may be written with or without dashes, in capitals or not. */
export function plainUuid(uuid: string): string {
	return uuid.replaceAll('-', '').toLowerCase();
}

async function binariesOf(
	context: IExecuteFunctions,
	itemIndex: number,
	state: ChatState,
	options: IDataObject,
	hints: string[],
): Promise<IBinaryKeyData> {
	const binary: IBinaryKeyData = {};
	const audio = await audioFile(context, state);
	if (audio) binary.audio = audio;
	if (options.downloadFiles !== true) return binary;
	const { files, problems } = await downloadFiles(context, itemIndex, state.files);
	hints.push(...problems);
	return { ...binary, ...files };
}

function hintsOf(state: ChatState, { conversationId }: AnswerContext, itemCount: number): string[] {
	const status = statusOf(state);
	return [
		...state.warnings.map((warning) => `Dify warns: ${warning}`),
		...(status === 'paused' ? ['The run waits for a human: see the field human_input'] : []),
		...(status === 'stopped' ? [stoppedHint(state)] : []),
		...(state.recovered
			? ['The stream was lost. The answer was completed by other calls, it was not asked for again']
			: []),
		...(wasReset(state, conversationId)
			? [`Dify did not know the conversation ${conversationId} and started a new one`]
			: []),
		...(itemCount === 0
			? [
					'No node of a workflow has run, so there is no item. Output Mode "Aggregated" gives the answer',
				]
			: []),
	];
}

function stoppedHint({ finished }: ChatState): string {
	const reason = asText(finished?.error);
	return `The run was stopped before its end${reason ? `: ${reason}` : ''}`;
}

function showHints(context: IExecuteFunctions, hints: string[]): void {
	if (hints.length === 0) return;
	// n8n knows hints since 1.81; where it does not, they are left out.
	context.addExecutionHints?.(
		...hints.map((message) => ({
			message,
			type: 'warning' as const,
			location: 'outputPane' as const,
		})),
	);
}
