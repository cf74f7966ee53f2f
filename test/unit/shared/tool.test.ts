import type { IExecuteFunctions } from 'n8n-workflow';

import { difyService } from '../../../nodes/Dify/transport/dify';
import { openLiveText } from '../../../nodes/shared/liveText';
import { runOperations } from '../../../nodes/shared/router';
import { toolItem } from '../../../nodes/shared/tool';

interface Situation {
	type?: string;
	heldByAgent?: boolean;
	streaming?: boolean;
	outputMode?: string;
}

function contextOf({ type, heldByAgent, streaming, outputMode }: Situation) {
	const sent: unknown[][] = [];
	const context = {
		getNode: () => ({ name: 'Ask', type: type ?? 'n8n-nodes-chatflow.dify' }),
		getInputData: () => [{ json: {} }],
		getNodeParameter: (name: string, _: number, otherwise: unknown) =>
			({ options: {}, outputMode: outputMode ?? otherwise })[name] ?? name,
		isToolExecution: () => heldByAgent ?? false,
		isStreaming: () => streaming ?? false,
		sendChunk: (...chunk: unknown[]) => sent.push(chunk),
		continueOnFail: () => false,
	} as unknown as IExecuteFunctions;
	return { context, sent };
}

const aggregated = {
	answer: 'Yes',
	status: 'succeeded',
	conversation_id: 'c-1',
	files: [],
	total_tokens: 10,
	nodes: [{ node_id: 'llm' }],
};
const toolFields = ['answer', 'status', 'conversation_id', 'files'];

async function jsonFor(situation: Situation, json: typeof aggregated | { event: string }) {
	const { context } = contextOf(situation);
	const operation = {
		name: 'Ask',
		action: 'Ask',
		description: '',
		fields: [],
		execute: async () => [{ json }],
		toolFields,
	};
	const resource = { name: 'Resource', defaultOperation: 'operation', operations: { operation } };
	const [items] = await runOperations(context, { resource }, difyService);
	return items?.[0]?.json;
}

const slim = { answer: 'Yes', status: 'succeeded', conversation_id: 'c-1' };

describe('the item that an AI agent gets', () => {
	it('has only what says something to a model, when the engine runs the tool', async () => {
		expect(await jsonFor({ type: 'n8n-nodes-chatflow.difyTool' }, aggregated)).toEqual(slim);
	});

	it('has only that, too, when the agent itself holds the tool', async () => {
		expect(await jsonFor({ heldByAgent: true }, aggregated)).toEqual(slim);
	});

	it('is complete in an ordinary run', async () => {
		expect(await jsonFor({}, aggregated)).toEqual(aggregated);
	});

	it.each(['perNode', 'events'])('stays as it is with the output mode %s', async (outputMode) => {
		const event = { event: 'message' };
		expect(await jsonFor({ heldByAgent: true, outputMode }, event)).toEqual(event);
	});

	it('keeps values that are false or zero', () => {
		const item = { waiting_input: false, count: 0, gone: null };
		expect(toolItem(item, ['waiting_input', 'count', 'gone', 'missing'])).toEqual({
			waiting_input: false,
			count: 0,
		});
	});
});

describe('the live text', () => {
	const textsOf = async (situation: Situation) => {
		const { context, sent } = contextOf(situation);
		const live = openLiveText(context, 0, (value) => value);
		await live.append('Hello');
		await live.end();
		return sent.map(([kind]) => kind);
	};

	it('goes to a caller who waits for a stream', async () => {
		expect(await textsOf({ streaming: true })).toEqual(['begin', 'item', 'end']);
	});

	it('of an agent tool does not: the caller would read it amid the words of the agent', async () => {
		const tool = { streaming: true, type: 'n8n-nodes-chatflow.difyTool' };
		expect(await textsOf(tool)).toEqual([]);
	});
});
