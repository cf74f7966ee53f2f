import type { IDataObject, IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';

import type { ListRule } from '../../../../nodes/Dify/transport/lists';
import { LIST_RULES, listPages, readList, readPage } from '../../../../nodes/Dify/transport/lists';
import { Item } from '../../../../nodes/shared/item';

type Server = (query: IDataObject) => unknown;

/** An item whose requests are answered by a mere function; `queries` are those that it was asked. */
function itemFor(server: Server, limit?: number) {
	const queries: IDataObject[] = [];
	const parameters: IDataObject = { returnAll: limit === undefined, limit, options: {} };
	const context = {
		getNodeParameter: (name: string) => parameters[name],
		getExecutionCancelSignal: () => undefined,
		helpers: {
			httpRequestWithAuthentication: async (_type: string, { qs = {} }: IHttpRequestOptions) => {
				queries.push(qs);
				if (queries.length > 50) throw new Error('The list never ends');
				return { statusCode: 200, headers: {}, body: JSON.stringify(server(qs)) };
			},
		},
	};
	return { item: new Item(context as unknown as IExecuteFunctions, 0), queries };
}

/** Reads a list as far as the limit asks for. */
async function read(rule: ListRule, server: Server, limit?: number) {
	const { item, queries } = itemFor(server, limit);
	const records = await readList(item, { path: '/list', rule });
	return { queries, ids: records.map(({ id }) => id) };
}

const numbered = (count: number, from = 1): IDataObject[] =>
	Array.from({ length: count }, (_, i) => ({ id: `r${from + i}` }));
const idsOf = (records: IDataObject[]) => records.map(({ id }) => id);

/** Cursor list: what comes after `last_id`, at most `limit`. */
function cursorServer(all: IDataObject[]): (query: IDataObject) => IDataObject {
	return ({ last_id, limit }) => {
		const from = last_id ? all.findIndex(({ id }) => id === last_id) + 1 : 0;
		const rest = all.slice(from);
		return { data: rest.slice(0, Number(limit)), has_more: rest.length > Number(limit) };
	};
}

/** Pages by number; what it says beside the data is the test's. */
function numberServer(
	all: IDataObject[],
	extra: (page: IDataObject[], query: IDataObject) => IDataObject = () => ({}),
): Server {
	return (query) => {
		const size = Math.min(Number(query.limit), 100);
		const start = (Number(query.page ?? 1) - 1) * size;
		const data = all.slice(start, start + size);
		return { data, ...extra(data, query) };
	};
}

describe('conversations', () => {
	const { conversations } = LIST_RULES;

	it.each([0, 1, 99, 100, 101, 200, 250])('gives all %i without skip or repeat', async (count) => {
		const all = numbered(count);
		const { ids, queries } = await read(conversations, cursorServer(all));
		expect(ids).toEqual(idsOf(all));
		expect(queries).toHaveLength(Math.max(1, Math.ceil(count / 100)));
	});

	it('goes on after the last record of a page', async () => {
		const { queries } = await read(conversations, cursorServer(numbered(150)));
		expect(queries).toEqual([{ limit: 100 }, { limit: 100, last_id: 'r100' }]);
	});

	it('asks for no more than the limit and for no second page', async () => {
		const { ids, queries } = await read(conversations, cursorServer(numbered(30)), 7);
		expect(ids).toEqual(idsOf(numbered(7)));
		expect(queries).toEqual([{ limit: 7 }]);
	});

	it('cuts the last page at a limit above the page size', async () => {
		const { ids } = await read(conversations, cursorServer(numbered(300)), 150);
		expect(ids).toEqual(idsOf(numbered(150)));
	});

	it('ends with a server that repeats the same page for ever', async () => {
		const same = numbered(3);
		const { ids, queries } = await read(conversations, () => ({ data: same, has_more: true }));
		expect(ids).toEqual(idsOf(same));
		expect(queries).toHaveLength(2);
	});

	it('ends with a server that promises more but sends an empty page', async () => {
		const { ids } = await read(conversations, () => ({ data: [], has_more: true }));
		expect(ids).toEqual([]);
	});

	it('drops records that moved to a later page meanwhile', async () => {
		const pages = [numbered(3), numbered(3, 3)];
		const { ids } = await read(conversations, ({ last_id }) =>
			last_id ? { data: pages[1], has_more: false } : { data: pages[0], has_more: true },
		);
		expect(ids).toEqual(['r1', 'r2', 'r3', 'r4', 'r5']);
	});
});

describe('messages', () => {
	const { messages } = LIST_RULES;
	/** The latest page first, its items ascending. */
	const latestFirst =
		(all: IDataObject[]): Server =>
		({ first_id, limit }) => {
			const older = first_id
				? all.slice(
						0,
						all.findIndex(({ id }) => id === first_id),
					)
				: all;
			return { data: older.slice(-Number(limit)), has_more: older.length > Number(limit) };
		};

	it.each([0, 1, 100, 101, 205])('gives all %i, oldest first', async (count) => {
		const all = numbered(count);
		expect((await read(messages, latestFirst(all))).ids).toEqual(idsOf(all));
	});

	it('asks for older messages with the first ID of the page, which is ascending', async () => {
		const { queries } = await read(messages, latestFirst(numbered(150)));
		expect(queries).toEqual([{ limit: 100 }, { limit: 100, first_id: 'r51' }]);
	});

	it('gives the latest messages when there is a limit', async () => {
		const { ids } = await read(messages, latestFirst(numbered(300)), 120);
		expect(ids).toEqual(idsOf(numbered(120, 181)));
	});
});

describe('variables', () => {
	it('asks for 100 at once whatever the limit: the cursor skips those made together', async () => {
		const { queries, ids } = await read(LIST_RULES.variables, cursorServer(numbered(40)), 5);
		expect(queries).toEqual([{ limit: 100 }]);
		expect(ids).toEqual(idsOf(numbered(5)));
	});
});

describe('annotations', () => {
	const { annotations } = LIST_RULES;
	/** `has_more` is true after every full page, also the last. */
	const withTotal = (all: IDataObject[]) =>
		numberServer(all, (data, { limit }) => ({
			total: all.length,
			has_more: data.length === Number(limit),
		}));

	it.each([0, 99, 100, 200, 201])(
		'reads %i by their total, though has_more is wrong',
		async (count) => {
			const { ids, queries } = await read(annotations, withTotal(numbered(count)));
			expect(ids).toEqual(idsOf(numbered(count)));
			expect(queries).toHaveLength(Math.max(1, Math.ceil(count / 100)));
		},
	);

	it('never asks for more than 100: the server would cut without a word', async () => {
		const { ids, queries } = await read(annotations, withTotal(numbered(400)), 250);
		expect(new Set(queries.map(({ limit }) => limit))).toEqual(new Set([100]));
		expect(ids).toHaveLength(250);
	});

	it('reads until a page that is not full when the total is missing', async () => {
		const { ids } = await read(annotations, numberServer(numbered(130)));
		expect(ids).toHaveLength(130);
	});
});

describe('feedbacks', () => {
	const { feedbacks } = LIST_RULES;

	it.each([0, 99, 100, 101, 300])('reads %i until a page that is not full', async (count) => {
		const { ids } = await read(feedbacks, numberServer(numbered(count)));
		expect(ids).toEqual(idsOf(numbered(count)));
	});

	it('gives a feedback once that newer ones pushed to the next page', async () => {
		const before = numbered(120);
		const after = [{ id: 'new' }, ...before];
		const { ids } = await read(feedbacks, (query) =>
			numberServer(query.page ? after : before)(query),
		);
		expect(ids).toEqual(idsOf(before));
	});

	it('ends with a server that ignores the page', async () => {
		const same = numbered(100);
		const { ids, queries } = await read(feedbacks, () => ({ data: same }));
		expect(ids).toHaveLength(100);
		expect(queries).toHaveLength(2);
	});

	it('counts records without an ID by their content', async () => {
		const { ids } = await read(feedbacks, () => ({ data: [{ a: 1 }, { a: 2 }, { a: 1 }] }));
		expect(ids).toHaveLength(2);
	});
});

describe('logs', () => {
	it('goes on while the server has more', async () => {
		const all = numbered(230);
		const { ids, queries } = await read(
			LIST_RULES.logs,
			numberServer(all, (data) => ({ has_more: data.at(-1)?.id !== all.at(-1)?.id })),
		);
		expect(ids).toEqual(idsOf(all));
		expect(queries.map(({ page }) => page)).toEqual([undefined, 2, 3]);
	});
});

describe('any list', () => {
	const list = { path: '/list', rule: LIST_RULES.logs };

	it('asks for nothing that the consumer does not take', async () => {
		const { item, queries } = itemFor(({ page = 1 }) => ({
			data: [{ id: `r${String(page)}` }],
			has_more: true,
		}));
		const pages = listPages(item, list);
		await pages.next();
		await pages.return(undefined);
		expect(queries).toHaveLength(1);
	});

	it.each([undefined, null, 'text', [], { data: null }, { data: {} }])(
		'does not take %j for a list',
		async (response) => {
			const { item } = itemFor(() => response ?? null);
			await expect(readPage(item, list)).rejects.toThrow('not a list from a Dify API');
		},
	);

	it('keeps its own query on every page', async () => {
		const { item, queries } = itemFor(numberServer(numbered(120), () => ({ has_more: true })));
		await readList(item, { ...list, query: { keyword: 'a' } });
		expect(queries.map(({ keyword }) => keyword)).toEqual(['a', 'a', 'a']);
	});
});

describe('records that share a second', () => {
	/** Dify: by strict `<` on the time, in an order within a second that each request makes anew. */
	const strict = (all: IDataObject[], cursor: string): Server => {
		let requests = 0;
		return (query) => {
			const turn = (requests += 1);
			const at = (row: IDataObject) => Number(row.created_at);
			const order = (row: IDataObject) => (Number(String(row.id).slice(1)) * 7919 * turn) % 1009;
			const from = all.find(({ id }) => id === query[cursor]);
			const rows = all
				.filter((row) => !from || at(row) < at(from))
				.sort((a, b) => at(b) - at(a) || order(a) - order(b));
			const data = rows.slice(0, Number(query.limit));
			const last = data.at(-1);
			// Conversations: only what is older than the last second of the page counts as more.
			const more =
				cursor === 'first_id'
					? rows.length > data.length
					: rows.some((row) => at(row) < at(last ?? row));
			return { data: cursor === 'first_id' ? data.reverse() : data, has_more: more };
		};
	};
	const rows = (count: number, perSecond: number) =>
		numbered(count).map((row, i) => ({ ...row, created_at: 1000 + Math.floor(i / perSecond) }));

	it.each([
		[101, 2],
		[231, 3],
		[227, 7],
		[500, 60],
	])('come all: %i, %i of each second', async (count, perSecond) => {
		const all = rows(count, perSecond);
		const { conversations, messages } = LIST_RULES;
		const ids = (await read(conversations, strict(all, 'last_id'))).ids;
		expect([...ids].sort()).toEqual(idsOf(all).sort());
		expect((await read(messages, strict(all, 'first_id'))).ids.sort()).toEqual(idsOf(all).sort());
	});

	it('come all where the server sees nothing behind a page that is cut within its last second', async () => {
		const all = [
			...rows(2, 2),
			...numbered(99, 3).map((row, i) => ({ ...row, created_at: 2000 + i })),
		];
		const { ids } = await read(LIST_RULES.conversations, strict(all, 'last_id'));
		expect(new Set(ids)).toEqual(new Set(idsOf(all)));
	});

	it('are told of, never left out silently, where a page cannot hold them', async () => {
		const all = rows(150, 150);
		for (const [rule, cursor] of [
			[LIST_RULES.conversations, 'last_id'],
			[LIST_RULES.messages, 'first_id'],
		] as const) {
			await expect(read(rule, strict(all, cursor))).rejects.toThrow('cannot list all');
			expect((await read(rule, strict(all, cursor), 50)).ids).toHaveLength(50);
		}
	});
});

it('a list without end is given up, and says how much was read', async () => {
	let count = 0;
	const { item } = itemFor(() => ({ data: numbered(10, (count += 10)), has_more: true }));
	const list = { path: '/list', rule: LIST_RULES.logs };
	const read = async (limits: { requests: number; entries: number }) => {
		for await (const page of listPages(item, list, undefined, limits))
			expect(page).toHaveLength(10);
	};
	await expect(read({ requests: 3, entries: 1_000 })).rejects.toMatchObject({
		message: 'The list has no end: it was given up after 3 requests and 30 entries',
		info: { details: { code: 'endless_list', requests: 3, entries: 30 } },
	});
	await expect(read({ requests: 1_000, entries: 25 })).rejects.toMatchObject({
		info: { details: { requests: 3, entries: 30 } },
	});
});
