import type { INodeProperties } from 'n8n-workflow';

import * as getInfo from './getInfo';
import * as getMeta from './getMeta';
import * as getParameters from './getParameters';
import * as getSite from './getSite';

export const operations = { getInfo, getMeta, getParameters, getSite };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['app'] } },
		options: [
			{
				name: 'Get Info',
				value: 'getInfo',
				description: 'Get name, description, tags and kind of the app',
				action: 'Get app info',
			},
			{
				name: 'Get Meta',
				value: 'getMeta',
				description: 'Get the icons of the tools that the app uses',
				action: 'Get app meta',
			},
			{
				name: 'Get Parameters',
				value: 'getParameters',
				description: 'Get the input form, the features and the limits of the app',
				action: 'Get app parameters',
			},
			{
				name: 'Get Site',
				value: 'getSite',
				description: 'Get the settings of the web page of the app',
				action: 'Get app site',
			},
		],
		default: 'getInfo',
	},
	...getInfo.description,
	...getMeta.description,
	...getParameters.description,
	...getSite.description,
];
