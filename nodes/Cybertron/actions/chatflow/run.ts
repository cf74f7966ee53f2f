import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { outputModeField } from '../../../shared/fields';
import type { Item } from '../../../shared/item';
import type { Operation } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { toolFields } from '../../run/state/outputs';
import {
	continueLatestOption,
	exclusiveKey,
	flowUuidField,
	maxWaitOption,
	questionField,
	questionOf,
	segmentCodeField,
	segmentCodeNotice,
	segmentCodeOf,
	segmentField,
} from '../message';
import { roundItems } from './roundItems';

const triggerField: INodeProperties = {
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
};

const ownOptions: INodeProperties[] = [
	continueLatestOption,
	{
		displayName: 'Debug',
		name: 'debug',
		type: 'boolean',
		default: false,
		description: 'Whether the server also reports what the nodes do inside',
	},
	{
		displayName: 'Follow Jumps',
		name: 'followJumps',
		type: 'boolean',
		default: false,
		description:
			'Whether to continue in the flow that the flow jumps to, with the same message, if there was no answer before the jump; three times at most',
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

/** Runs one or several rounds of a chatflow on one WebSocket. */
export const run: Operation = {
	name: 'Run',
	action: 'Run chatflow',
	description: 'Send a message to a chatflow and collect what its nodes answer',
	fields: [
		triggerField,
		{ ...flowUuidField, displayOptions: { show: { trigger: ['direct'] } } },
		{
			...questionField,
			description: 'What the user says. May be empty to start a flow that speaks first.',
		},
		segmentCodeField,
		segmentCodeNotice,
		outputModeField,
		optionsField(maxWaitOption, ...ownOptions),
	],
	execute: async (item) => {
		const segmentCode = segmentCodeOf(item);
		const common = { ...segmentField(segmentCode), ...flowFields(item) };
		const questions = [questionOf(item), ...followUps(item)];
		return await roundItems(item, {
			messages: questions.map((question) => ({ question, ...common })),
			segmentCode,
			inFlow: item.value('trigger') === 'direct',
			followJumps: item.options.followJumps === true,
		});
	},
	exclusiveKey,
	toolFields,
};

/** The list as it was filled in, or as an expression gives it: in one of its rows, or as a whole. */
function followUps({ options: { followUps: given } }: Item): string[] {
	if (given === undefined || given === null || given === '') return [];
	return [given].flat(3).map((entry) => String(entry ?? ''));
}

/** The fields that name what is to run; documented for every message, and sent even if they are empty. */
function flowFields(item: Item): IDataObject {
	const trigger = String(item.value('trigger') || 'auto');
	return {
		open_flow_trigger: trigger,
		...(trigger === 'direct' ? { open_flow_uuid: item.id('flowUuid') } : {}),
		open_flow_node_uuid: item.optionalId('options.nodeUuid') ?? '',
		open_flow_node_inputs: item.object('options.nodeInputs'),
		open_flow_debug: item.options.debug === true ? 1 : 0,
	};
}
