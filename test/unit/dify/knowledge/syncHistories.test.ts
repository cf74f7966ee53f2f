import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { createHash } from 'node:crypto';

import { HASH_FIELD } from '../../../../nodes/Dify/knowledge/contentHash';
import { SOURCE_FIELD } from '../../../../nodes/Dify/knowledge/planSync';
import { share } from '../../../support/share';
import { firstSeed, Random } from '../../trigger/support/random';
import type { Weather } from './support';
import { contextFor, FAIR, ServerModel } from './support';

/** The node, without its waits: hours of them would add up. */
async function loadNode() {
	jest.doMock('../../../../nodes/shared/wait', () => ({ wait: async () => true }));
	const [{ runOperations }, { resources }, { difyService }] = await Promise.all([
		import('../../../../nodes/shared/router'),
		import('../../../../nodes/Dify/actions'),
		import('../../../../nodes/Dify/transport/dify'),
	]);
	return async (context: IExecuteFunctions) => {
		const [items = []] = await runOperations(context, resources, difyService);
		return items;
	};
}

let run: Awaited<ReturnType<typeof loadNode>>;

beforeAll(async () => {
	jest.resetModules();
	run = await loadNode();
});
afterAll(() => jest.dontMock('../../../../nodes/shared/wait'));

const HISTORIES = Number(process.env.FUZZ_HISTORIES ?? share(300, 6));
const DOCUMENTS = 1_000;
const KEY = 'workflow/node';

/** A folder of texts, and the knowledge base that is kept equal to it. */
class History {
	readonly random: Random;
	readonly server: ServerModel;
	private folder = new Map<string, string>();
	private readonly byHand = new Map<string, string>();

	constructor(seed: number) {
		this.random = new Random(seed);
		this.server = new ServerModel(this.random);
		const count = this.random.pick([3, 40, 200, DOCUMENTS]);
		for (let at = 0; at < count; at++) this.folder.set(`file ${at}`, this.text());
		for (let at = 0; at < this.random.between(0, 5); at++) {
			this.byHand.set(`by hand ${at}`, 'Mine');
			this.server.add(`by hand ${at}`, 'Mine');
		}
	}

	/** Few different texts, so that a file often gets back a content that it had. */
	private text(): string {
		return `Text ${this.random.between(1, 4)}`;
	}

	/** Files change, come and go. */
	change(): void {
		const share = this.random.pick([0, 0.01, 0.3]);
		for (const name of [...this.folder.keys()]) {
			if (!this.random.chance(share)) continue;
			if (this.random.chance(0.7)) this.folder.set(name, this.text());
			else this.folder.delete(name);
		}
		for (let left = Math.floor(this.folder.size * share); left > 0; left--) {
			this.folder.set(`new ${this.random.between(1, 300)}`, this.text());
		}
		if (this.folder.size === 0) this.folder.set('last', this.text());
	}

	async sync(weather: Weather): Promise<INodeExecutionData[]> {
		const { server, random } = this;
		server.weather = { ...weather, diesAfter: server.requests + weather.diesAfter };
		const inputs = [...this.folder].map(([name, text]) => ({ name, text }));
		const options = {
			deleteMissing: true,
			waitForIndexing: random.chance(0.5),
			concurrency: random.pick([1, 1, 4]),
		};
		const items = await run(contextFor(server, inputs, options));
		server.weather = FAIR;
		return items;
	}

	/** A run in which much goes wrong. */
	async badRun(): Promise<void> {
		const { random } = this;
		const chance = () => random.pick([0, 0, 0.005, 0.05]);
		const items = await this.sync({
			cutBefore: chance(),
			cutAfter: chance(),
			failing: chance(),
			rateLimited: chance(),
			diesAfter: random.pick([Infinity, random.between(1, 3_000)]),
		});
		expect(items.every(({ pairedItem }) => pairedItem !== undefined)).toBe(true);
	}

	/** How many contents have to be sent or deleted, by what the server holds. */
	private get changes(): number {
		const own = [...this.server.documents.values()].filter(
			({ metadata }) => metadata[SOURCE_FIELD] === KEY,
		);
		const missing = own.filter(({ name }) => !this.folder.has(name));
		const toSend = [...this.folder].filter(([name, text]) => {
			const document = this.server.documents.get(name);
			const hash = createHash('sha256').update(text).digest('hex');
			return document?.metadata[HASH_FIELD] !== `${hash}.${document?.fileId}`;
		});
		return missing.length + toSend.length;
	}

	async goodRun(): Promise<void> {
		const { server } = this;
		const [before, changes] = [server.writes, this.changes];
		const items = await this.sync(FAIR);
		expect(items.filter(({ json }) => json.error !== undefined)).toEqual([]);
		const expected = new Map([...this.byHand, ...this.folder]);
		const held = new Map([...server.documents.values()].map(({ name, text }) => [name, text]));
		// What an interrupted run could not mark belongs to nobody: it is not deleted.
		const orphans = [...server.documents.values()].filter(
			({ name, metadata }) => !expected.has(name) && metadata[SOURCE_FIELD] === undefined,
		);
		for (const { name } of orphans) held.delete(name);
		expect(held).toEqual(expected);
		expect(server.writes - before).toBe(changes);
	}

	async idleRun(): Promise<void> {
		const { server } = this;
		const before = [server.writes, server.metadataWrites];
		const items = await this.sync(FAIR);
		expect(new Set(items.map(({ json }) => json.action))).toEqual(new Set(['skipped']));
		expect([server.writes, server.metadataWrites]).toEqual(before);
	}
}

describe(`a sync, in ${HISTORIES} random histories of up to ${DOCUMENTS} documents`, () => {
	it('makes the base equal to the inputs after any failure, and writes no more than has changed', async () => {
		for (let seed = firstSeed; seed < firstSeed + HISTORIES; seed++) {
			const history = new History(seed);
			try {
				for (let round = 0; round < 3; round++) {
					for (let bad = history.random.between(0, 2); bad > 0; bad--) {
						await history.badRun();
						history.change();
					}
					await history.goodRun();
					await history.idleRun();
				}
			} catch (error) {
				throw new Error(`The history of seed ${seed} went wrong`, { cause: error });
			}
		}
	}, 1_200_000);
});
