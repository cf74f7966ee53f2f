import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { nodeProperties } from '../shared/operation';
import { runOperations } from '../shared/router';
import { resources } from './actions';
import { cybertronApiTest } from './methods/credentialTest';
import { cybertronService } from './transport/cybertron';

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
		credentials: [{ name: 'cybertronApi', required: true, testedBy: 'cybertronApiTest' }],
		properties: nodeProperties(resources, 'dialog'),
	};

	methods = { credentialTest: { cybertronApiTest } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runOperations(this, resources, cybertronService);
	}
}
