import type { INode, INodeParameters } from 'n8n-workflow';
import type { SavedCredential } from '../../support/n8n/credentials';
import type { WorkflowContent } from '../../support/n8n/workflows';

interface Credentials {
	dify: SavedCredential;
	cybertron: SavedCredential;
}

type Place = [x: number, y: number];

function reference({ id, name, type }: SavedCredential): INode['credentials'] {
	return { [type]: { id, name } };
}

function node(name: string, type: string, position: Place, rest: Partial<INode> = {}): INode {
	return { id: name, name, type, typeVersion: 1, position, parameters: {}, ...rest };
}

function note(name: string, position: Place, width: number, content: string): INode {
	const parameters: INodeParameters = { content, width, height: 260, color: 7 };
	return node(name, 'n8n-nodes-base.stickyNote', position, { parameters });
}

/** A workflow with all three nodes, for the README's first picture. */
export function overviewWorkflow({ dify, cybertron }: Credentials): WorkflowContent {
	const ours = 'n8n-nodes-chatflow';
	return {
		name: 'Support desk',
		settings: { executionOrder: 'v1' },
		nodes: [
			note('Above', [-80, -100], 1000, '### A stream of the server becomes one item'),
			node('Start', 'n8n-nodes-base.manualTrigger', [0, 0]),
			node('Question', 'n8n-nodes-base.set', [220, 0], {
				typeVersion: 3.4,
				parameters: { mode: 'raw', jsonOutput: '{ "question": "When will my lamp come?" }' },
			}),
			node('Ask Dify', `${ours}.dify`, [440, 0], {
				parameters: {
					resource: 'chat',
					operation: 'send',
					query: '={{ $json.question }}',
					user: 'customer-7',
				},
				credentials: reference(dify),
			}),
			node('Run Flow', `${ours}.cybertron`, [660, 0], {
				parameters: { resource: 'chatflow', operation: 'run', question: '={{ $json.answer }}' },
				credentials: reference(cybertron),
			}),
			note('Below', [-80, 180], 1000, '### A correction by a user becomes an annotation'),
			node('Answer Was Rated', `${ours}.chatflowTrigger`, [0, 280], {
				parameters: { event: 'feedback' },
				credentials: reference(dify),
			}),
			node('Find Question', `${ours}.dify`, [330, 280], {
				parameters: {
					resource: 'conversation',
					operation: 'getMessages',
					user: 'customer-7',
					conversationId: { __rl: true, mode: 'id', value: '={{ $json.conversation_id }}' },
				},
				credentials: reference(dify),
			}),
			node('Teach', `${ours}.dify`, [660, 280], {
				parameters: {
					resource: 'annotation',
					operation: 'create',
					question: '={{ $json.query }}',
					answer: "={{ $('Answer Was Rated').item.json.content }}",
				},
				credentials: reference(dify),
			}),
		],
		connections: {
			Start: { main: [[{ node: 'Question', type: 'main', index: 0 }]] },
			Question: { main: [[{ node: 'Ask Dify', type: 'main', index: 0 }]] },
			'Ask Dify': { main: [[{ node: 'Run Flow', type: 'main', index: 0 }]] },
			'Answer Was Rated': { main: [[{ node: 'Find Question', type: 'main', index: 0 }]] },
			'Find Question': { main: [[{ node: 'Teach', type: 'main', index: 0 }]] },
		},
		pinData: {},
	};
}
