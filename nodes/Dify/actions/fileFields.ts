import type { INodeProperties } from 'n8n-workflow';

const fileTypeOptions: INodeProperties['options'] = [
	{ name: 'Audio', value: 'audio' },
	{
		name: 'Automatic',
		value: 'auto',
		description: 'By the name and MIME type of the file',
	},
	{ name: 'Custom', value: 'custom', description: 'Other types that the app allows' },
	{ name: 'Document', value: 'document' },
	{ name: 'Image', value: 'image' },
	{ name: 'Video', value: 'video' },
];

/** Source first: it decides which of the others are shown. */
const fileFields: INodeProperties[] = [
	{
		displayName: 'Source',
		name: 'source',
		type: 'options',
		options: [
			{
				name: 'Binary Data',
				value: 'binary',
				description: 'A file of the input item; it is uploaded first',
			},
			{
				name: 'Upload ID',
				value: 'uploadId',
				description: 'A file that was uploaded before',
			},
			{ name: 'URL', value: 'url', description: 'A file that Dify fetches itself' },
		],
		default: 'binary',
		description: 'Where the file comes from',
	},
	{
		displayName: 'Input Data Field Name',
		name: 'binaryPropertyName',
		type: 'string',
		default: 'data',
		placeholder: 'e.g. data',
		description: 'The binary field that holds the file; several are separated by commas',
		displayOptions: { show: { source: ['binary'] } },
	},
	{
		displayName: 'URL',
		name: 'url',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://example.com/picture.png',
		description: 'An address that the Dify server can reach',
		displayOptions: { show: { source: ['url'] } },
	},
	{
		displayName: 'Upload File ID',
		name: 'uploadFileId',
		type: 'string',
		default: '',
		placeholder: 'e.g. 72fa9618-8f89-4a37-9b33-7e1178a24a67',
		description: 'The ID that File > Upload gave',
		displayOptions: { show: { source: ['uploadId'] } },
	},
	{
		displayName: 'Dify takes the file only if the same User has uploaded it.',
		name: 'sameUserNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { source: ['uploadId'] } },
	},
	{
		displayName: 'Type',
		name: 'type',
		type: 'options',
		options: fileTypeOptions,
		default: 'auto',
		description: 'What kind of file it is',
	},
];

export const filesField: INodeProperties = {
	displayName: 'Files',
	name: 'files',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add File',
	default: {},
	description: 'Files to send along with the message; the app has to allow them',
	options: [
		{
			displayName: 'File',
			name: 'file',
			values: fileFields,
		},
	],
};
