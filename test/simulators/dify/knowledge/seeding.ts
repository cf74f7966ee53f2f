import { randomUUID } from 'node:crypto';
import { bytesInMemory } from '../files/bytes';
import { extensionOf } from '../files/kinds';
import type { SimulatorCore } from '../core';
import { settle, startIndexing } from './indexing';
import { defaultEmbedding } from './models';
import type { Datasource, DocForm, KnowledgeBase, KnowledgeDocument, ProcessRule } from './records';
import { automaticRule, blankDocument } from './saving';

export interface KnowledgeBaseSeed {
	name?: string;
	/** Default high_quality; null: a base that has none yet. */
	indexingTechnique?: KnowledgeBase['indexingTechnique'];
	/** So many documents: `document-0001.txt` and so on, each indexed. */
	documents?: number;
	/** Any other field of the record. */
	with?: Partial<KnowledgeBase>;
	/** A knowledge pipeline with these datasources. */
	datasources?: Array<Partial<Datasource>>;
}

export interface DocumentSeed {
	/** Missing: the base that was made last. */
	datasetId?: string;
	name?: string;
	text?: string;
	docForm?: DocForm;
	processRule?: ProcessRule;
	createdAt?: number;
	/** Any other field of the record, after the indexing, e.g. `{archived: true}`. */
	with?: Partial<KnowledgeDocument>;
}

export function seedBase(core: SimulatorCore, seed: KnowledgeBaseSeed): KnowledgeBase {
	const { knowledge } = core.state;
	const technique = seed.indexingTechnique === undefined ? 'high_quality' : seed.indexingTechnique;
	const base = knowledge.addBase({
		name: seed.name ?? `Seeded base ${knowledge.bases.size + 1}`,
		permission: 'all_team_members',
		indexingTechnique: technique,
		...(technique === 'high_quality' ? defaultEmbedding(core) : {}),
		pipeline: seed.datasources ? pipelineOf(seed.datasources) : null,
		...seed.with,
	});
	for (let number = 1; number <= (seed.documents ?? 0); number += 1) {
		const name = `document-${String(number).padStart(4, '0')}.txt`;
		seedDocument(core, { datasetId: base.id, name, text: `Text of ${name}` });
	}
	return base;
}

function pipelineOf(datasources: Array<Partial<Datasource>>): KnowledgeBase['pipeline'] {
	return {
		id: randomUUID(),
		published: true,
		datasources: datasources.map((given, index) => ({
			nodeId: `17500000000${index}`,
			type: 'local_file',
			title: 'File',
			pluginId: 'langgenius/file',
			providerName: 'file',
			variables: [],
			credentials: [],
			items: [],
			...given,
		})),
	};
}

function baseOf(core: SimulatorCore, id: string | undefined): KnowledgeBase {
	const { bases } = core.state.knowledge;
	const base = id === undefined ? [...bases.values()].at(-1) : bases.get(id);
	return base ?? seedBase(core, {});
}

export function seedDocument(core: SimulatorCore, seed: DocumentSeed): KnowledgeDocument {
	const { knowledge } = core.state;
	const base = baseOf(core, seed.datasetId);
	const name = seed.name ?? 'seeded.txt';
	const content = bytesInMemory(Buffer.from(seed.text ?? `Text of ${name}`));
	const file = {
		id: randomUUID(),
		name,
		extension: extensionOf(name),
		mimeType: 'text/plain',
		size: content.size,
		bytes: content,
		createdAt: seed.createdAt ?? Date.now(),
	};
	knowledge.files.set(file.id, file);
	const rule = (base.processRule ??= seed.processRule ?? automaticRule());
	const document = blankDocument(base, knowledge.nextSequence(), name, seed.processRule ?? rule);
	document.fileId = file.id;
	document.dataSourceInfo = { upload_file_id: file.id };
	document.docForm = seed.docForm ?? 'text_model';
	document.createdAt = file.createdAt;
	base.dataSourceType ??= 'upload_file';
	base.documents.set(document.id, document);
	startIndexing(document, content.content?.toString('utf8') ?? '');
	// A seeded document is there already: only a directive in its text makes it wait.
	if (document.indexing?.plan.end === 'completed') document.indexing.plan.ms ??= 0;
	settle(core, document);
	Object.assign(document, seed.with);
	return document;
}
