import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { TriggerHost } from '../support/engine/poll';
import { byId } from './difyApp';
import type { DifyServer } from './difyServer';
import { NodeRunner } from './nodeRunner';
import type { Fact, Session } from './session';
import type { Shape } from './shapes';
import { assertSame, assertShape } from './shapes';

const BASE: Shape = {
	id: 'string',
	name: 'string',
	permission: 'string',
	indexing_technique: ['string', 'null'],
	document_count: 'number',
	created_at: 'number',
};

/** The knowledge of a workspace, with what this run has made in it. */
export class DifyKnowledge extends NodeRunner {
	private main?: Promise<Fact<string>>;
	private technique?: Promise<string>;
	private readonly left = new Set<string>();

	constructor(
		session: Session,
		readonly server: DifyServer,
		private readonly apiKey: string,
	) {
		const { baseUrl } = server;
		super(session, 'dify', {
			difyKnowledgeApi: { baseUrl, apiKey, allowUnauthorizedCerts: false },
		});
		session.onEnd(async () => {
			for (const id of [...this.left]) await this.remove(id);
		});
	}

	/** The knowledge base that the areas share; made when the first one asks. */
	async base(): Promise<Fact<string>> {
		this.main ??= this.session.check('Knowledge Base > Create', async () => {
			const item = await this.create(this.session.user);
			assertShape(item, BASE);
			assertSame(item.permission, 'only_me', 'permission');
			return String(item.id);
		});
		return await this.main;
	}

	/** A knowledge base that only the owner of the workspace sees; it is deleted at the end. */
	async create(name: string, more: INodeParameters = {}): Promise<IDataObject> {
		const indexingTechnique = await this.bestTechnique();
		const parameters = { name, indexingTechnique, permission: 'only_me', ...more };
		const item = await this.one('knowledgeBase.create', parameters);
		this.left.add(String(item.id));
		return item;
	}

	async remove(id: string): Promise<IDataObject> {
		const item = await this.one('knowledgeBase.delete', { datasetId: byId(id) });
		this.left.delete(id);
		this.session.removed.push('a knowledge base with its documents');
		return item;
	}

	/** Makes a document of a text and waits until it is indexed. */
	async write(base: string, name: string, text: string, more: INodeParameters = {}) {
		const content = { source: 'text', name, text };
		return await this.one('document.upsert', { datasetId: byId(base), ...content, ...more });
	}

	/** A trigger on this knowledge, with events from now on. */
	trigger(parameters: INodeParameters): TriggerHost {
		return new TriggerHost({ parameters, credentials: this.credentials });
	}

	/** High quality where the workspace has an embedding model. */
	async bestTechnique(): Promise<string> {
		this.technique ??= this.embeddingModels().then((count) =>
			count > 0 ? 'high_quality' : 'economy',
		);
		return await this.technique;
	}

	private async embeddingModels(): Promise<number> {
		const path = '/workspaces/current/models/model-types/text-embedding';
		const response = await fetch(`${this.server.root}${path}`, {
			headers: { Authorization: `Bearer ${this.apiKey}` },
			signal: AbortSignal.timeout(30_000),
		});
		const { data } = (await response.json()) as { data?: unknown[] };
		return data?.length ?? 0;
	}
}
