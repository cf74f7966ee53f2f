import type { INode, INodeParameters } from 'n8n-workflow';
import type { SavedCredential } from '../../support/n8n/credentials';
import type { WorkflowContent } from '../../support/n8n/workflows';

export type OurNode = 'dify' | 'cybertron' | 'chatflowTrigger';

/** One of our nodes on the canvas, not filled in but for what is given. */
export interface Step {
	name: string;
	node: OurNode;
	parameters?: INodeParameters;
	credential?: SavedCredential;
}

const START = 'Start';
/** Gives every step one item with the binary field `data`. */
const FILE = 'File';

function node(name: string, type: string, rest: Partial<INode> = {}): INode {
	return { id: name, name, type, typeVersion: 1, position: [0, 0], parameters: {}, ...rest };
}

/**
 * A workflow of steps that all follow a node which holds a file, each executable on its own.
 *
 * @param file Name of the file in the binary field `data` of every step's input.
 */
export function stepsWorkflow(name: string, steps: Step[], file = 'note.txt'): WorkflowContent {
	const nodes = steps.map(({ name: step, node: type, parameters, credential }, index) =>
		node(step, `n8n-nodes-chatflow.${type}`, {
			parameters: parameters ?? {},
			position: [480 + (index % 4) * 220, Math.floor(index / 4) * 200],
			...(credential
				? { credentials: { [credential.type]: { id: credential.id, name: credential.name } } }
				: {}),
		}),
	);
	const toFile = { operation: 'toText', sourceProperty: 'text', options: { fileName: file } };
	return {
		name,
		settings: { executionOrder: 'v1' },
		nodes: [
			node(START, 'n8n-nodes-base.manualTrigger'),
			node(FILE, 'n8n-nodes-base.convertToFile', {
				typeVersion: 1.1,
				position: [240, 0],
				parameters: toFile,
			}),
			...nodes,
		],
		connections: {
			[START]: { main: [[{ node: FILE, type: 'main', index: 0 }]] },
			[FILE]: { main: [steps.map((step) => ({ node: step.name, type: 'main', index: 0 }))] },
		},
		pinData: { [START]: [{ json: { text: 'A text in a file' } }] },
	};
}
