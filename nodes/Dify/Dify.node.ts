import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { nodeProperties, resourcesOf } from '../shared/operation';
import { runOperations } from '../shared/router';
import { resources } from './actions';
import { difyApiTest, difyKnowledgeApiTest } from './methods/credentialTest';
import * as listSearch from './methods/listSearch';
import * as resourceMapping from './methods/resourceMapping';
import { withAppKind } from './transport/app';
import { difyService } from './transport/dify';
import { ensureEndUser } from './transport/endUser';
import { knowledgeService } from './transport/knowledge';

export class Dify implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Dify',
		name: 'dify',
		icon: { light: 'file:dify.svg', dark: 'file:dify.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ ($parameter["operation"] + ": " + $parameter["resource"]).replace("getAll", "getMany").replace(/([A-Z])/g, " $1").toLowerCase() }}',
		description:
			'Run Dify apps, manage their conversations and files, and keep knowledge bases up to date',
		defaults: { name: 'Dify' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		// `hide`, because the editor takes a field that `show` names with all its options for the choice
		// of the authentication, and then shows no Resource at all.
		credentials: [
			{
				name: 'difyApi',
				required: true,
				testedBy: 'difyApiTest',
				displayOptions: {
					hide: { resource: resourcesOf(resources, knowledgeService, difyService) },
				},
			},
			{
				name: 'difyKnowledgeApi',
				required: true,
				testedBy: 'difyKnowledgeApiTest',
				displayOptions: { hide: { resource: resourcesOf(resources, difyService) } },
			},
		],
		properties: nodeProperties(resources, 'chat'),
	};

	methods = {
		credentialTest: { difyApiTest, difyKnowledgeApiTest },
		listSearch,
		resourceMapping,
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runOperations(this, resources, difyService, ensureEndUser, withAppKind);
	}
}
