import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { runOperations } from '../shared/router';
import * as chatflow from './resources/chatflow';
import * as dialog from './resources/dialog';
import * as offlineFile from './resources/offlineFile';
import * as session from './resources/session';

const operations = {
	chatflow: chatflow.operations,
	dialog: dialog.operations,
	offlineFile: offlineFile.operations,
	session: session.operations,
};

export class Cybertron implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Cybertron',
		name: 'cybertron',
		icon: { light: 'file:cybertron.svg', dark: 'file:cybertron.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ ($parameter["operation"] + ": " + $parameter["resource"]).replace("getAll", "getMany").replace(/([A-Z])/g, " $1").toLowerCase() }}',
		description: 'Talk to robots and chatflows of Cybertron (CybotStar, AgentStudio)',
		defaults: { name: 'Cybertron' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'cybertronApi', required: true }],
		properties: [
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				options: [
					{ name: 'Chatflow', value: 'chatflow' },
					{ name: 'Dialog', value: 'dialog' },
					{ name: 'Offline File', value: 'offlineFile' },
					{ name: 'Session', value: 'session' },
				],
				default: 'dialog',
			},
			...chatflow.description,
			...dialog.description,
			...offlineFile.description,
			...session.description,
		],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runOperations(this, operations);
	}
}
