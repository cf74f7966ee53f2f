/** Bare 64-bit number, as servers send it. */
const DIALOG_ID = '1858400000000000123';
const NODE_ID = '5d0c7c1e-0001';

function flowFrame(data: object, top: object = {}): string {
	const frame = { code: '000000', message: 'success', type: 'flow', index: 0, finish: 'n', ...top };
	const text = JSON.stringify({ ...frame, data: { ...data, dialog_id: '@dialog' } });
	return text.replace('"@dialog"', DIALOG_ID);
}

/** The row that a frame adds to the history. */
export function historyRow(index: number): string {
	return `${index > 0 ? ',' : ''}{"node_id":"n1","said":"word${index} "}`;
}

/** What stands before and after the history in a frame with a piece of text. */
export function aroundHistory(index: number, last: boolean): [string, string] {
	const text = flowFrame(
		{
			code: '000000',
			history: ['@history'],
			answer: `word${index + 1} `,
			output: { entities: {}, variables: { turn: index } },
			session_id: 'bench-session',
			flow_uuid: '5d0c7c1e-a577-11ef-ad83-e4434b3011a0',
			flow_stage: 'flow_running',
			node_stream: 1,
			node_answer_index: index,
			node_answer_finish: last ? 'y' : 'n',
			cur_node_id: NODE_ID,
		},
		{ flow_name: 'Bench', node_type: 'llm', node_title: 'Speaker', cur_node_id: NODE_ID },
	);
	const [before = '', after = ''] = text.split('"@history"');
	return [before, after];
}

/** The frame that ends the round. */
export const lastFrame = flowFrame({ code: '002005' }, { finish: 'y' });

/** Bytes of a whole round; everything in it is ASCII. */
export function roundBytes(frames: number): number {
	let history = 0;
	let total = lastFrame.length;
	for (let index = 0; index < frames; index++) {
		history += historyRow(index).length;
		total += history + aroundHistory(index, index === frames - 1).join('').length;
	}
	return total;
}
