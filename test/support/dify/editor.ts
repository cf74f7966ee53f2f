import '../engine/environment';

import 'reflect-metadata';
import { LoadOptionsContext } from 'n8n-core';
import type {
	ILoadOptionsFunctions,
	INode,
	INodeParameters,
	INodeType,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import { Workflow } from 'n8n-workflow';

import { DifyApi } from '../../../credentials/DifyApi.credentials';
import { DifyKnowledgeApi } from '../../../credentials/DifyKnowledgeApi.credentials';
import { Dify } from '../../../nodes/Dify/Dify.node';
import { TestCredentials } from '../engine/credentials';

/** What n8n's editor hands to the look-ups of a Dify node that is being filled in. */
export function editorContext(
	credential: { baseUrl: string; apiKey: string },
	parameters: INodeParameters,
): ILoadOptionsFunctions {
	const type = new Dify() as INodeType;
	const node: INode = {
		id: 'Node',
		name: 'Node',
		type: 'n8n-nodes-chatflow.dify',
		typeVersion: 1,
		position: [0, 0],
		parameters,
		credentials: {
			difyApi: { id: 'difyApi', name: 'difyApi' },
			difyKnowledgeApi: { id: 'difyKnowledgeApi', name: 'difyKnowledgeApi' },
		},
	};
	const workflow = new Workflow({
		id: 'editor',
		nodes: [node],
		connections: {},
		active: false,
		nodeTypes: {
			getByName: () => type,
			getByNameAndVersion: () => type,
			getKnownTypes: () => ({}),
		},
	});
	const values = { ...credential, allowUnauthorizedCerts: false };
	const additionalData: Partial<IWorkflowExecuteAdditionalData> = {
		credentialsHelper: new TestCredentials(
			{ difyApi: new DifyApi(), difyKnowledgeApi: new DifyKnowledgeApi() },
			{ difyApi: values, difyKnowledgeApi: values },
		),
		currentNodeParameters: parameters,
	};
	return new LoadOptionsContext(
		workflow,
		node,
		additionalData as IWorkflowExecuteAdditionalData,
		'parameters',
	);
}
