import type { IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import type { OutputMode } from './descriptions';

const MODES: OutputMode[] = ['aggregated', 'perNode', 'events'];

/**
 * The Output Mode of an item. To be asked before anything is sent, because an expression may give any
 * text.
 *
 * @throws NodeOperationError when there is no such mode.
 */
export function outputModeOf(context: IExecuteFunctions, itemIndex: number): OutputMode {
	const given = String(context.getNodeParameter('outputMode', itemIndex, 'aggregated'));
	const mode = MODES.find((name) => name === given);
	if (mode) return mode;
	throw new NodeOperationError(context.getNode(), `There is no output mode "${given}"`, {
		itemIndex,
		description: `The modes are ${MODES.slice(0, -1).join(', ')} and ${MODES.at(-1)}`,
	});
}
