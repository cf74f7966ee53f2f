import type { IBinaryKeyData, IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { OutputMode } from '../../shared/fields';
import type { Item } from '../../shared/item';
import { asText } from '../../shared/values';
import { audioFile, downloadFiles } from './binaries';
import { KINDS } from './kinds';
import { statusOf } from './state/outputs';
import type { RunState } from './state/state';

/** Who asked, and in which conversation. */
export interface Asker {
	user: string;
	/** The conversation that was to be continued; empty for a new one. */
	conversationId: string;
}

/**
 * The items of one answer, in the item's output mode; what does not fit into them becomes a hint of
 * the node. Files and audio go to the last item, which holds the end of the answer.
 */
export async function runItems(
	item: Item,
	state: RunState,
	asker: Asker,
): Promise<INodeExecutionData[]> {
	const mode = item.outputMode;
	const extra = mode === 'events' ? {} : extraFields(state, asker);
	const items: INodeExecutionData[] = KINDS[state.kind].outputs[mode](state).map((json) => ({
		json: { ...json, ...extra },
	}));
	const { binary, warnings } = await runBinaries(item, state);
	const last = items.at(-1);
	if (last && Object.keys(binary).length > 0) last.binary = binary;
	item.hint([...runHints(state, asker, mode), ...warnings]);
	return items;
}

function extraFields(state: RunState, { user, conversationId }: Asker): IDataObject {
	return {
		...(wasReset(state, conversationId) ? { conversation_reset: true } : {}),
		// All that is needed to fill the forms and to continue.
		...(state.paused ? { user } : {}),
	};
}

/** Servers from 1.15 on silently start a new conversation if they do not know the ID. */
export function wasReset({ conversationId }: RunState, requested: string): boolean {
	if (requested === '' || conversationId === undefined) return false;
	return plainUuid(conversationId) !== plainUuid(requested);
}

/** A UUID may be written with or without dashes, in capitals or not. */
export function plainUuid(uuid: string): string {
	return uuid.replaceAll('-', '').toLowerCase();
}

async function runBinaries(
	item: Item,
	state: RunState,
): Promise<{ binary: IBinaryKeyData; warnings: string[] }> {
	const binary: IBinaryKeyData = {};
	const audio = await audioFile(item, state);
	if (audio) binary.audio = audio;
	if (item.options.downloadFiles !== true) return { binary, warnings: [] };
	const { files, warnings } = await downloadFiles(item, state.files);
	return { binary: { ...binary, ...files }, warnings };
}

function runHints(state: RunState, { conversationId }: Asker, mode: OutputMode): string[] {
	const status = statusOf(state);
	const { words } = KINDS[state.kind];
	const hints = state.warnings.map((warning) => `Dify warns: ${warning}`);
	if (status === 'paused') hints.push('The run waits for a human: see the field human_input');
	if (status === 'stopped') {
		const reason = asText(state.finished?.error);
		hints.push(`The run was stopped before its end${reason ? `: ${reason}` : ''}`);
	}
	if (status === 'partial-succeeded') {
		hints.push('Some nodes failed and the workflow went on without them: see the field nodes');
	}
	if (state.recovered) hints.push(words.recovered);
	if (wasReset(state, conversationId)) {
		hints.push(`Dify did not know the conversation ${conversationId} and started a new one`);
	}
	if (state.isPatched) {
		hints.push(
			'Dify did not save all of the text that was received. The answer was put together from both; some of it may be missing',
		);
	}
	if (mode === 'perNode' && state.executions.size === 0) {
		hints.push(words.noNodes);
	}
	return hints;
}
