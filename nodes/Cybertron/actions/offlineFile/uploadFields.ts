import type { INodeProperties } from 'n8n-workflow';

import { inputDataField } from '../../../shared/fields';
import { optionsField } from '../../../shared/options';
import { flowUuidField } from '../message';
import { waitForResultField, waitOptions } from './wait';

const withFile: INodeProperties['displayOptions'] = { show: { mode: ['file'] } };
const withFileOption: INodeProperties['displayOptions'] = { show: { '/mode': ['file'] } };

/** What the upload's form takes. The documented models and formats are not all there are: free text. */
export const uploadFields: INodeProperties[] = [
	{
		displayName: 'Mode',
		name: 'mode',
		type: 'options',
		options: [
			{ name: 'File', value: 'file', description: 'Upload a file and run the flow with it' },
			{ name: 'No File', value: 'noFile', description: 'Run the flow without a file' },
		],
		default: 'file',
		description: 'What the flow works on',
	},
	{ ...inputDataField, displayOptions: withFile },
	flowUuidField,
	{
		displayName: 'Tenant Name',
		name: 'tenantName',
		type: 'string',
		default: '',
		placeholder: 'e.g. AiopsTest',
		description: 'The tenant as the vendor has registered it',
		hint: 'AiopsTest is there for tests; any other name must be registered by the vendor',
		required: true,
	},
	{
		displayName: 'Extra Params',
		name: 'extraParams',
		type: 'string',
		default: '',
		placeholder: 'e.g. content',
		description:
			'The variable of the flow that receives the parsed content. With ocr, only the parsing runs, not the flow.',
		required: true,
		displayOptions: withFile,
	},
	{
		displayName: 'Parse Model',
		name: 'parseModel',
		type: 'string',
		default: '',
		placeholder: 'e.g. gpt-4o',
		description:
			'The model that reads the file, for example gpt-4o, gemini-2.5-pro, ocr or Image Multimodal Model-72B',
		required: true,
		displayOptions: withFile,
	},
	{
		displayName: 'Parse Prompt',
		name: 'parsePrompt',
		type: 'string',
		typeOptions: { rows: 4 },
		default: '',
		placeholder: 'e.g. Extract number, date and total of the invoice as JSON',
		description: 'What the model should extract from the file. Not needed for the model ocr.',
		displayOptions: withFile,
	},
	waitForResultField,
	optionsField(
		{
			displayName: 'File Format',
			name: 'fileFormat',
			type: 'string',
			default: '',
			placeholder: 'e.g. Image',
			description:
				'How the server reads the file, for example Image or pdf. Leave it empty to choose by the type of the file.',
			displayOptions: withFileOption,
		},
		{
			displayName: 'File Name',
			name: 'fileName',
			type: 'string',
			default: '',
			placeholder: 'e.g. invoice.pdf',
			description: 'Leave it empty to use the name of the file',
			displayOptions: withFileOption,
		},
		{
			displayName: 'Image Source Param',
			name: 'imageSourceParam',
			type: 'string',
			default: '',
			placeholder: 'e.g. source_file',
			description: 'The variable of the upload node that holds the source file',
		},
		{
			displayName: 'Inputs',
			name: 'inputs',
			type: 'json',
			default: '{}',
			placeholder: 'e.g. { "language": "English" }',
			description: 'Variables of the flow, as a JSON object',
		},
		...waitOptions,
	),
];
