import { randomUUID } from 'node:crypto';
import type { KnowledgeBase, KnowledgeFile, ModelEntry, Tag } from './records';

const DEFAULT_MODELS: ModelEntry[] = [
	{
		provider: 'langgenius/openai/openai',
		type: 'text-embedding',
		model: 'text-embedding-3-small',
		label: 'text-embedding-3-small',
	},
	{
		provider: 'langgenius/openai/openai',
		type: 'text-embedding',
		model: 'text-embedding-3-large',
		label: 'text-embedding-3-large',
	},
	{
		provider: 'langgenius/cohere/cohere',
		type: 'rerank',
		model: 'rerank-v3.5',
		label: 'Rerank 3.5',
	},
	{ provider: 'langgenius/openai/openai', type: 'llm', model: 'gpt-4o-mini', label: 'GPT-4o mini' },
];

/** What a write did, for tests that count. */
export type WriteKind =
	| `base.${'create' | 'update' | 'delete'}`
	| `document.${'create' | 'overwrite' | 'update' | 'delete' | 'status' | 'metadata'}`
	| `chunk.${'create' | 'update' | 'delete'}`
	| `childChunk.${'create' | 'update' | 'delete'}`
	| `metadata.${'create' | 'update' | 'delete' | 'builtIn'}`
	| `tag.${'create' | 'update' | 'delete' | 'bind' | 'unbind'}`
	| `pipeline.${'upload' | 'run'}`;

/** The knowledge of the simulated workspace; plain records, open to tests. */
export class KnowledgeStore {
	/** Keys of the workspace. */
	readonly keys = ['dataset-demo-key'];
	readonly bases = new Map<string, KnowledgeBase>();
	readonly files = new Map<string, KnowledgeFile>();
	/** Oldest first. */
	readonly tags: Tag[] = [];
	/** The first of a type is the default of the workspace. */
	models: ModelEntry[] = DEFAULT_MODELS.map((entry) => ({ ...entry }));
	/** Times of the requests that count against the rate limit; rejected ones, too. */
	readonly rateHits: number[] = [];
	/** How often each kind of write was done; a batch counts one for each document. */
	readonly writes: Partial<Record<WriteKind, number>> = {};
	private sequence = 0;

	nextSequence(): number {
		this.sequence += 1;
		return this.sequence;
	}

	count(kind: WriteKind, by = 1): void {
		this.writes[kind] = (this.writes[kind] ?? 0) + by;
	}

	/** All writes, or those of the kinds that begin so. */
	writesOf(prefix = ''): number {
		return Object.entries(this.writes)
			.filter(([kind]) => kind.startsWith(prefix))
			.reduce((sum, [, count]) => sum + count, 0);
	}

	defaultModel(type: ModelEntry['type']): ModelEntry | undefined {
		return this.models.find((entry) => entry.type === type);
	}

	baseByName(name: string): KnowledgeBase | undefined {
		return [...this.bases.values()].find((base) => base.name === name);
	}

	addBase(given: Partial<KnowledgeBase> & { name: string }): KnowledgeBase {
		const now = Date.now();
		const base: KnowledgeBase = {
			id: randomUUID(),
			seq: this.nextSequence(),
			description: '',
			provider: 'vendor',
			permission: 'only_me',
			partialMembers: [],
			indexingTechnique: null,
			embeddingModel: null,
			embeddingModelProvider: null,
			retrievalModel: null,
			summarySetting: null,
			external: { id: null, apiId: null },
			dataSourceType: null,
			processRule: null,
			enableApi: true,
			othersOnly: false,
			builtInFields: false,
			fields: [],
			pipeline: null,
			createdAt: now,
			updatedAt: now,
			documents: new Map(),
			lastPosition: 0,
			queries: [],
			metadataLockedUntil: 0,
			...given,
		};
		this.bases.set(base.id, base);
		return base;
	}
}
