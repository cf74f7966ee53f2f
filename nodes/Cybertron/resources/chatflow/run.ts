import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { outputModeField } from '../../../shared/descriptions';
import { runRounds } from '../../transport/rounds';
import {
	apiVersionOption,
	endGraceOption,
	optionsField,
	optionsOf,
	sessionOptions,
} from '../options';
import {
	continueLatestOption,
	questionField,
	questionOf,
	segmentCodeField,
	segmentCodeFor,
	segmentCodeNotice,
	segmentField,
} from '../segment';
import { objectOption, requiredText, textOf } from '../values';

const END_GRACE_SECONDS = 1.5;

const ownOptions: INodeProperties[] = [
	apiVersionOption,
	continueLatestOption,
	{
		displayName: 'Debug',
		name: 'debug',
		type: 'boolean',
		default: false,
		description: 'Whether the server also reports what the nodes do inside',
	},
	endGraceOption(END_GRACE_SECONDS),
	{
		displayName: 'Flow Fields',
		name: 'flowFields',
		type: 'options',
		options: [
			{ name: 'Every Message', value: 'everyMessage', description: 'As documented' },
			{
				name: 'First Message Only',
				value: 'firstMessage',
				description: 'For servers that start the flow anew when it is named again',
			},
		],
		default: 'everyMessage',
		description: 'Which messages name the flow, its node and the debug mode',
	},
	{
		displayName: 'Follow Jumps',
		name: 'followJumps',
		type: 'boolean',
		default: false,
		description:
			'Whether to go on in the flow that the flow jumps to, with the same message, when nothing was answered before the jump; three times at most',
	},
	{
		displayName: 'Follow-Up Messages',
		name: 'followUps',
		type: 'string',
		typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Message' },
		default: [],
		placeholder: 'e.g. My order number is 4711',
		description:
			'Further user messages, each sent on the same connection when the round before it has ended',
	},
	{
		displayName: 'Node Inputs',
		name: 'nodeInputs',
		type: 'json',
		default: '{}',
		placeholder: 'e.g. { "city": "Oslo" }',
		description: 'Inputs of the single node to run, as a JSON object',
	},
	{
		displayName: 'Node UUID',
		name: 'nodeUuid',
		type: 'string',
		default: '',
		placeholder: 'e.g. 67a4219c-963d-4e9d-8af9-81e6d3af6095',
		description: 'Run only this node of the flow',
	},
];

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
	segmentCodeNotice,
	outputModeField,
	optionsField(...ownOptions),
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
	const segmentCode = segmentCodeFor(context, itemIndex, options);
	const flow = flowFields(context, itemIndex, options);
	const everyMessage = options.flowFields !== 'firstMessage';
	const questions = [questionOf(context, itemIndex), ...followUps(options)];
	return await runRounds(context, itemIndex, {
		messages: questions.map((question, round) => ({
			question,
			...segmentField(segmentCode),
			...(everyMessage || round === 0 ? flow : {}),
		})),
		segmentCode,
		inFlow: flow.open_flow_trigger === 'direct',
		followJumps: options.followJumps === true,
		...sessionOptions(options, END_GRACE_SECONDS),
	});
}

/** The list as it was filled in, or as an expression gives it: in one of its rows, or as a whole. */
function followUps({ followUps: given }: IDataObject): string[] {
	if (given === undefined || given === null || given === '') return [];
	return [given].flat(3).map((entry) => String(entry ?? ''));
}

/** The fields that name what is to run; sent even when empty, as documented (3.1.1). */
function flowFields(
	context: IExecuteFunctions,
	itemIndex: number,
	options: IDataObject,
): IDataObject {
	const trigger = String(context.getNodeParameter('trigger', itemIndex, 'auto'));
	const inputs = objectOption(context, itemIndex, options, {
		name: 'nodeInputs',
		label: 'Node Inputs',
		example: '{ "city": "Oslo" }',
	});
	return {
		open_flow_trigger: trigger,
		...(trigger === 'direct'
			? { open_flow_uuid: requiredText(context, itemIndex, 'flowUuid', 'Flow UUID') }
			: {}),
		open_flow_node_uuid: textOf(options.nodeUuid),
		open_flow_node_inputs: inputs ?? {},
		open_flow_debug: options.debug === true ? 1 : 0,
	};
}

export { exclusiveKey } from '../segment';
export { toolFields } from '../../stream/outputs';
