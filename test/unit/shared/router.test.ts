import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';

import type { Operation } from '../../../nodes/shared/operation';
import { runOperations } from '../../../nodes/shared/router';
import { wait } from '../../../nodes/shared/transport/wait';

interface Situation {
	items?: number;
	operation?: string;
	concurrency?: number;
	continueOnFail?: boolean;
}

function contextFor(situation: Situation): IExecuteFunctions {
	const { items = 1, operation = 'send', concurrency, continueOnFail = false } = situation;
	const parameters: Record<string, unknown> = {
		resource: 'chat',
		operation,
		options: concurrency === undefined ? {} : { concurrency },
	};
	return {
		getInputData: () => Array.from({ length: items }, () => ({ json: {} })),
		getNodeParameter: (name: string) => parameters[name],
		getNode: () => ({ name: 'Dify', type: 'n8n-nodes-chatflow.dify' }),
		continueOnFail: () => continueOnFail,
	} as unknown as IExecuteFunctions;
}

async function run(execute: Operation['execute'], situation: Situation = {}) {
	const operations = { chat: { send: { execute } } };
	const [items] = await runOperations(contextFor(situation), operations);
	return items as INodeExecutionData[];
}

const twoItems: Operation['execute'] = async (_context, i) => [
	{ json: { of: i, part: 1 } },
	{ json: { of: i, part: 2 } },
];

describe('the item loop', () => {
	it('pairs everything that comes out with its input item, in order', async () => {
		const items = await run(twoItems, { items: 2 });
		expect(items.map(({ json, pairedItem }) => ({ ...json, pairedItem }))).toEqual([
			{ of: 0, part: 1, pairedItem: { item: 0 } },
			{ of: 0, part: 2, pairedItem: { item: 0 } },
			{ of: 1, part: 1, pairedItem: { item: 1 } },
			{ of: 1, part: 2, pairedItem: { item: 1 } },
		]);
	});

	it('keeps the order with several items at once', async () => {
		const slowFirst: Operation['execute'] = async (_context, i) => {
			await wait(i === 0 ? 40 : 1);
			return [{ json: { i } }];
		};
		const items = await run(slowFirst, { items: 3, concurrency: 3 });
		expect(items.map(({ json }) => json.i)).toEqual([0, 1, 2]);
	});

	it('asks for exclusive keys only when items run at once', async () => {
		const exclusiveKey = jest.fn(() => 'one');
		const operations = { chat: { send: { execute: twoItems, exclusiveKey } } };
		await runOperations(contextFor({ items: 2 }), operations);
		expect(exclusiveKey).not.toHaveBeenCalled();
		await runOperations(contextFor({ items: 2, concurrency: 2 }), operations);
		expect(exclusiveKey).toHaveBeenCalledTimes(2);
	});

	it('does nothing for no items', async () => {
		expect(await run(twoItems, { items: 0 })).toEqual([]);
	});

	it.each([0, -1, Number.NaN])('takes a Concurrency of %s for one', async (concurrency) => {
		expect(await run(twoItems, { concurrency })).toHaveLength(2);
	});
});

describe('a failure', () => {
	const fails: Operation['execute'] = async (_context, i) => {
		if (i === 1) throw new Error('It broke');
		return [{ json: { i } }];
	};

	it('is an error of its item', async () => {
		await expect(run(fails, { items: 3 })).rejects.toMatchObject({
			message: 'It broke',
			context: { itemIndex: 1 },
		});
	});

	it('is an item under Continue On Fail, and the others go on', async () => {
		const items = await run(fails, { items: 3, continueOnFail: true });
		expect(items).toMatchObject([
			{ json: { i: 0 } },
			{ json: { error: 'It broke' }, pairedItem: { item: 1 } },
			{ json: { i: 2 } },
		]);
	});

	it('names an operation that does not exist', async () => {
		const running = run(twoItems, { operation: 'sing' });
		await expect(running).rejects.toThrow('There is no operation "sing" for the resource "chat"');
		await expect(running).rejects.not.toBeInstanceOf(NodeApiError);
	});
});
