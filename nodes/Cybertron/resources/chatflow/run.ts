import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';
import { NodeOperationError, updateDisplayOptions } from 'n8n-workflow';

import { outputModeField } from '../../../shared/descriptions';
import { asText, isObject } from '../../../shared/objects';
import { tryParseJson } from '../../../shared/json';
import { runRounds } from '../../transport/rounds';
import { concurrencyOption, optionsOf, timeoutMs, timeoutOption } from '../options';
import { questionField, segmentCodeField, segmentCodeFor } from '../segment';

const DEFAULT_GRACE_SECONDS = 1.5;

const properties: INodeProperties[] = [
	{
		displayName: 'Trigger',
		name: 'trigger',
		type: 'options',
		options: [
			{
				name: 'Auto',
				value: 'auto',
				description: 'Let the robot recognize what the user wants and choose the flow',
			},
			{ name: 'Direct', value: 'direct', description: 'Run one flow that you name' },
		],
		default: 'auto',
		description: 'How the flow is chosen',
	},
	{
		displayName: 'Flow UUID',
		name: 'flowUuid',
		type: 'string',
		default: '',
		placeholder: 'e.g. 3c61d330-a577-11ef-ad83-e4434b3011a0',
		description: 'The flow to run',
		required: true,
		displayOptions: { show: { trigger: ['direct'] } },
	},
	{
		...questionField,
		description: 'What the user says. May be empty to start a flow that speaks first.',
	},
	segmentCodeField,
	outputModeField,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			concurrencyOption,
			{
				displayName: 'Debug',
				name: 'debug',
				type: 'boolean',
				default: false,
				description: 'Whether the server also reports what the nodes do inside',
			},
			{
				displayName: 'End Grace',
				name: 'endGrace',
				type: 'number',
				typeOptions: { minValue: 0, numberPrecision: 1 },
				default: DEFAULT_GRACE_SECONDS,
				description:
					'How many seconds to wait for the end marker after the flow asked for input or ended; some servers leave it out',
			},
			{
				displayName: 'Follow-Up Messages',
				name: 'followUps',
				type: 'string',
				typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Message' },
				default: [],
				description:
					'Further user messages, each sent on the same connection when the round before it has ended',
			},
			{
				displayName: 'Node Inputs',
				name: 'nodeInputs',
				type: 'json',
				default: '{}',
				description: 'Inputs of the single node to run, as a JSON object',
			},
			{
				displayName: 'Node UUID',
				name: 'nodeUuid',
				type: 'string',
				default: '',
				description: 'Run only this node of the flow',
			},
			timeoutOption,
		],
	},
];

export const description = updateDisplayOptions(
	{ show: { resource: ['chatflow'], operation: ['run'] } },
	properties,
);

/** Runs one or several rounds of a chatflow on one WebSocket (3.1.1). */
export async function execute(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const options = optionsOf(context, itemIndex);
	const question = String(context.getNodeParameter('question', itemIndex, '') ?? '');
	return await runRounds(context, itemIndex, {
		questions: [question, ...followUps(options)],
		segmentCode: segmentCodeFor(context, itemIndex),
		fields: flowFields(context, itemIndex, options),
		idleMs: timeoutMs(options),
		graceMs: Number(options.endGrace ?? DEFAULT_GRACE_SECONDS) * 1000,
	});
}

function followUps(options: IDataObject): string[] {
	const given = options.followUps;
	const list = Array.isArray(given) ? given : given === undefined || given === '' ? [] : [given];
	return list.map((entry) => String(entry));
}

/** The `open_flow_*` fields go with every round, as documented (T25). */
function flowFields(
	context: IExecuteFunctions,
	itemIndex: number,
	options: IDataObject,
): IDataObject {
	const trigger = String(context.getNodeParameter('trigger', itemIndex, 'auto'));
	return {
		open_flow_trigger: trigger,
		...(trigger === 'direct' ? { open_flow_uuid: flowUuid(context, itemIndex) } : {}),
		open_flow_node_uuid: asText(options.nodeUuid) ?? '',
		open_flow_node_inputs: nodeInputs(context, itemIndex, options),
		open_flow_debug: options.debug === true ? 1 : 0,
	};
}

function flowUuid(context: IExecuteFunctions, itemIndex: number): string {
	const uuid = String(context.getNodeParameter('flowUuid', itemIndex, '') ?? '').trim();
	if (uuid) return uuid;
	throw new NodeOperationError(context.getNode(), 'No flow was chosen', {
		itemIndex,
		description: 'Fill in Flow UUID, or set Trigger to Auto',
	});
}

function nodeInputs(
	context: IExecuteFunctions,
	itemIndex: number,
	options: IDataObject,
): IDataObject {
	const given = options.nodeInputs ?? {};
	const inputs = typeof given === 'string' ? tryParseJson(given || '{}') : given;
	if (isObject(inputs)) return inputs;
	throw new NodeOperationError(context.getNode(), 'The node inputs are not a JSON object', {
		itemIndex,
		description: 'Write Node Inputs as an object, for example { "city": "Oslo" }',
	});
}

export { exclusiveKey } from '../dialog/send';
