import type { INode, INodeParameters } from 'n8n-workflow';
import type { SavedCredential } from '../../support/n8n/credentials';
import type { WorkflowContent } from '../../support/n8n/workflows';

/** One of our nodes as a tool. */
export interface Tool {
	node: 'dify' | 'cybertron';
	parameters: INodeParameters;
	credential: SavedCredential;
}

const LABELS = { dify: 'Dify', cybertron: 'Cybertron' };

/**
 * An agent that asks its tools a question. n8n offers an action node to agents as a type of its own,
 * with `Tool` at its end.
 */
export function agentWorkflow(
	model: SavedCredential,
	tools: Tool[],
	question: string,
): WorkflowContent {
	const node = (name: string, type: string, rest: Partial<INode>): INode => ({
		id: name,
		name,
		type,
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
		...rest,
	});
	const credentials = ({ id, name, type }: SavedCredential) => ({ [type]: { id, name } });
	const toolNodes = tools.map(({ node: name, parameters, credential }, index) =>
		node(`Ask ${LABELS[name]}`, `n8n-nodes-chatflow.${name}Tool`, {
			position: [520 + index * 220, 220],
			parameters,
			credentials: credentials(credential),
		}),
	);
	const toAgent = (type: 'ai_tool' | 'ai_languageModel') => ({
		[type]: [[{ node: 'Agent', type, index: 0 }]],
	});
	return {
		name: `Agent with ${tools.map((tool) => LABELS[tool.node]).join(' and ')}`,
		settings: { executionOrder: 'v1' },
		nodes: [
			node('Start', 'n8n-nodes-base.manualTrigger', {}),
			node('Agent', '@n8n/n8n-nodes-langchain.agent', {
				typeVersion: 3,
				position: [240, 0],
				parameters: { promptType: 'define', text: question, options: {} },
			}),
			node('Model', '@n8n/n8n-nodes-langchain.lmChatOpenAi', {
				typeVersion: 1.2,
				position: [180, 220],
				parameters: { model: { __rl: true, mode: 'id', value: 'fake' }, options: {} },
				credentials: credentials(model),
			}),
			...toolNodes,
		],
		connections: {
			Start: { main: [[{ node: 'Agent', type: 'main', index: 0 }]] },
			Model: toAgent('ai_languageModel'),
			...Object.fromEntries(toolNodes.map(({ name }) => [name, toAgent('ai_tool')])),
		},
	};
}
