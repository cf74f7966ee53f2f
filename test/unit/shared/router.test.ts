import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';

import { difyService } from '../../../nodes/Dify/transport/dify';
import { ChatflowError } from '../../../nodes/shared/errors';
import type { Operation } from '../../../nodes/shared/operation';
import { runOperations } from '../../../nodes/shared/router';
import { wait } from '../../../nodes/shared/wait';

const SECRET = 'app-secret-key';

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
		getCredentials: async () => ({ apiKey: SECRET }),
		continueOnFail: () => continueOnFail,
	} as unknown as IExecuteFunctions;
}

type Executed = Pick<Operation, 'execute' | 'exclusiveKey' | 'finish'>;

async function runOperation(operation: Executed, situation: Situation = {}) {
	const send = { name: 'Send', action: 'Send', description: '', fields: [], ...operation };
	const chat = { name: 'Chat', defaultOperation: 'send', operations: { send } };
	const [items] = await runOperations(contextFor(situation), { chat }, difyService);
	return items as INodeExecutionData[];
}

async function run(execute: Operation['execute'], situation?: Situation) {
	return await runOperation({ execute }, situation);
}

const twoItems: Operation['execute'] = async ({ index: i }) => [
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
		const slowFirst: Operation['execute'] = async ({ index: i }) => {
			await wait(i === 0 ? 40 : 1);
			return [{ json: { i } }];
		};
		const items = await run(slowFirst, { items: 3, concurrency: 3 });
		expect(items.map(({ json }) => json.i)).toEqual([0, 1, 2]);
	});

	it('asks for exclusive keys only when items run at once', async () => {
		const exclusiveKey = jest.fn(() => 'one');
		await runOperation({ execute: twoItems, exclusiveKey }, { items: 2 });
		expect(exclusiveKey).not.toHaveBeenCalled();
		await runOperation({ execute: twoItems, exclusiveKey }, { items: 2, concurrency: 2 });
		expect(exclusiveKey).toHaveBeenCalledTimes(2);
	});

	it('blanks the secrets of the credential in what comes out', async () => {
		const items = await run(async () => [{ json: { echo: [`Bearer ${SECRET}`] } }]);
		expect(items[0]?.json).toEqual({ echo: ['Bearer ***'] });
	});

	it('does nothing for no items', async () => {
		expect(await run(twoItems, { items: 0 })).toEqual([]);
	});

	it.each([0, -1, Number.NaN])('takes a Concurrency of %s for one', async (concurrency) => {
		expect(await run(twoItems, { concurrency })).toHaveLength(2);
	});
});

describe('a failure', () => {
	const fails: Operation['execute'] = async ({ index: i }) => {
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

	it('is without the secrets of the credential', async () => {
		const info = { message: `No ${SECRET}`, details: { body: SECRET } };
		const failing = run(async () => {
			throw new ChatflowError(info);
		});
		await expect(failing).rejects.toMatchObject({
			message: 'No ***',
			context: { data: { body: '***' } },
		});
	});

	it.each(['sing', 'constructor'])('names an operation that does not exist: %s', async (name) => {
		const running = run(twoItems, { operation: name });
		await expect(running).rejects.toThrow(
			`There is no operation "${name}" for the resource "chat"`,
		);
		await expect(running).rejects.not.toBeInstanceOf(NodeApiError);
	});
});

describe('the end that an operation makes of all items together', () => {
	const execute: Operation['execute'] = async ({ index }) => {
		if (index === 1) throw new Error('It broke');
		return [{ json: { index } }];
	};
	const finish: Operation['finish'] = async (begun) =>
		begun.map(({ outcome }) =>
			outcome instanceof Error ? outcome : [{ json: { ...outcome[0]?.json, of: begun.length } }],
		);

	it('comes once, after all items, and is paired with them', async () => {
		const items = await runOperation({ execute: twoItems, finish }, { items: 2 });
		expect(items).toEqual([
			{ json: { of: 2, part: 1 }, pairedItem: { item: 0 } },
			{ json: { of: 2, part: 1 }, pairedItem: { item: 1 } },
		]);
	});

	it('sees failed items under Continue On Fail, and comes not at all without', async () => {
		const ending = jest.fn(finish);
		await expect(runOperation({ execute, finish: ending }, { items: 3 })).rejects.toThrow();
		expect(ending).not.toHaveBeenCalled();
		const situation = { items: 3, continueOnFail: true };
		expect(await runOperation({ execute, finish: ending }, situation)).toMatchObject([
			{ json: { index: 0, of: 3 } },
			{ json: { error: 'It broke' }, pairedItem: { item: 1 } },
			{ json: { index: 2, of: 3 } },
		]);
	});

	it('can fail for single items, each with its own index', async () => {
		const second: Operation['finish'] = async (begun) =>
			begun.map(({ outcome }, at) => (at === 1 ? new Error('Too late') : outcome));
		const operation = { execute: twoItems, finish: second };
		await expect(runOperation(operation, { items: 3 })).rejects.toMatchObject({
			message: 'Too late',
			context: { itemIndex: 1 },
		});
		const items = await runOperation(operation, { items: 3, continueOnFail: true });
		expect(items.filter(({ json }) => json.error)).toMatchObject([
			{ json: { error: 'Too late' }, pairedItem: { item: 1 } },
		]);
	});

	it('can fail for all items, which keep failures of their own', async () => {
		const all: Operation['finish'] = async () => {
			throw new Error(`No ${SECRET}`);
		};
		const situation = { items: 2, continueOnFail: true };
		expect(await runOperation({ execute, finish: all }, situation)).toMatchObject([
			{ json: { error: 'No ***' }, pairedItem: { item: 0 } },
			{ json: { error: 'It broke' }, pairedItem: { item: 1 } },
		]);
	});
});
