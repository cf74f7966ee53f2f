import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { OutputMode } from '../../../shared/fields';
import type { Item } from '../../../shared/item';
import { jsonList } from '../../../shared/operation';
import type { RoundsRequest } from '../../run/runRounds';
import { runRounds } from '../../run/runRounds';
import type { Round } from '../../run/state/outputs';
import { aggregated, events, perNode } from '../../run/state/outputs';

type Output = (rounds: Round[], segmentCode: string | null) => IDataObject[];

const OUTPUTS: Record<OutputMode, Output> = {
	aggregated: (rounds, segmentCode) => [aggregated(rounds, segmentCode)],
	perNode,
	events,
};

/**
 * Runs rounds and gives the items of the chosen output mode.
 *
 * @throws ChatflowError if there is no such mode (then nothing was sent), or if a round fails.
 */
export async function roundItems(
	item: Item,
	request: RoundsRequest,
): Promise<INodeExecutionData[]> {
	const { outputMode } = item;
	const rounds = await runRounds(item, { ...request, keepEvents: outputMode === 'events' });
	const records = OUTPUTS[outputMode](rounds, request.segmentCode);
	if (outputMode === 'perNode' && records.length === 0) {
		const message = `No node of a flow ran for item ${item.index}: the robot answered by itself. Set Output Mode to Aggregated to get its answer`;
		item.hint([message], 'info');
	}
	return jsonList(records);
}
