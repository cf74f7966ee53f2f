import type { INode, INodeParameters } from 'n8n-workflow';
import type { SavedCredential } from '../../support/n8n/credentials';
import type { WorkflowContent } from '../../support/n8n/workflows';

const START = 'Start';
export const ASK = 'Ask';

interface AskOptions {
	node: 'dify' | 'cybertron';
	credential: SavedCredential;
	parameters: INodeParameters;
	/** One input item for each. */
	questions: string[];
	onError?: INode['onError'];
}

/** A manual trigger that gives the questions as items, and the node that asks them. */
export function askWorkflow(name: string, options: AskOptions): WorkflowContent {
	const { id, type, name: credentialName } = options.credential;
	const start: INode = {
		id: 'start',
		name: START,
		type: 'n8n-nodes-base.manualTrigger',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
	};
	const ask: INode = {
		id: 'ask',
		name: ASK,
		type: `n8n-nodes-chatflow.${options.node}`,
		typeVersion: 1,
		position: [240, 0],
		parameters: options.parameters,
		credentials: { [type]: { id, name: credentialName } },
		...(options.onError ? { onError: options.onError } : {}),
	};
	return {
		name,
		nodes: [start, ask],
		connections: { [START]: { main: [[{ node: ASK, type: 'main', index: 0 }]] } },
		pinData: { [START]: options.questions.map((question) => ({ json: { question } })) },
	};
}
