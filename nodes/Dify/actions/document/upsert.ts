import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { ChatflowError, invalidValue } from '../../../shared/errors';
import type { Item } from '../../../shared/item';
import type { Begun, Operation, Outcome } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { asText } from '../../../shared/values';
import { baseForDocuments } from '../../knowledge/base';
import { documentSettings } from '../../knowledge/chunking';
import type { Content } from '../../knowledge/content';
import { contentOf, nameOf } from '../../knowledge/content';
import { HASH_FIELD, hashMark, isUnchanged } from '../../knowledge/contentHash';
import { createDocument } from '../../knowledge/createDocument';
import type { IfNameExists, UpsertDecision } from '../../knowledge/decideUpsert';
import { decideUpsert } from '../../knowledge/decideUpsert';
import { replaceableNamed } from '../../knowledge/documents';
import type { MetadataValue } from '../../knowledge/metadata';
import { metadataValues, textFieldId, writeMetadata } from '../../knowledge/metadata';
import { readyToReplace } from '../../knowledge/readyToReplace';
import { hasEnded } from '../../knowledge/status';
import { datasetField } from '../pickers';
import { withIndexingError } from '../simplify';
import { chunkingFields, chunkingOf, chunkingOptions, sourceFields } from './contentFields';
import { metadataRows, metadataRowsField } from './metadataRows';
import { hashFieldOption, documentNameOption } from './fields';
import { documentWaiting, waitForIndexing, waitForIndexingOption, waitOptions } from './waiting';

const ifNameExistsOption: INodeProperties = {
	displayName: 'If Name Exists',
	name: 'ifNameExists',
	type: 'options',
	options: [
		{ name: 'Fail', value: 'fail', description: 'The item fails' },
		{ name: 'Keep Both', value: 'keepBoth', description: 'Make a second document; files only' },
		{ name: 'Replace', value: 'replace', description: 'The document gets the new content' },
		{ name: 'Skip', value: 'skip', description: 'Leave the document as it is' },
	],
	default: 'replace',
	description: 'What to do if the knowledge base has a document of this name',
};

const skipUnchangedOption: INodeProperties = {
	displayName: 'Skip Unchanged',
	name: 'skipUnchanged',
	type: 'boolean',
	default: false,
	description:
		'Whether to send nothing if the document has this content already. The node keeps a hash of the content in a metadata field of the knowledge base.',
};

/** POST /datasets/{dataset_id}/document/create-by-file or create-by-text. */
export const upsert: Operation = {
	name: 'Create or Update',
	action: 'Create or update document',
	description: 'Create a document from a file or text, or replace the one of the same name',
	fields: [
		datasetField,
		...sourceFields,
		...chunkingFields,
		optionsField(
			ifNameExistsOption,
			skipUnchangedOption,
			hashFieldOption,
			documentNameOption,
			metadataRowsField,
			waitForIndexingOption,
			...waitOptions,
			...chunkingOptions,
		),
	],
	execute: async (item) => {
		const plan = await prepare(item);
		const { decision } = plan;
		if (decision.action === 'failed') throw nameExists(plan.content);
		if (decision.action === 'skipped') {
			return [{ json: { ...withIndexingError(decision.document), action: 'skipped' } }];
		}
		const document = await send(item, plan);
		return [{ json: { ...withIndexingError(document), action: decision.action } }];
	},
	finish: waitForDocuments,
	exclusiveKey: (item) => JSON.stringify([item.id('datasetId'), nameOf(item)]),
};

interface Plan {
	datasetId: string;
	settings: IDataObject;
	content: Content;
	twins: IDataObject[];
	decision: UpsertDecision;
	ifNameExists: IfNameExists;
	/** Missing if unchanged contents are sent again. */
	hash?: string;
	metadata: MetadataValue[];
}

/** Everything that can be found out before anything is written. */
async function prepare(item: Item): Promise<Plan> {
	const datasetId = item.id('datasetId');
	const { skipUnchanged } = item.options;
	const ifNameExists = (asText(item.options.ifNameExists) ?? 'replace') as IfNameExists;
	const content = await contentOf(item);
	if (ifNameExists === 'keepBoth' && !content.isFile) {
		throw invalidValue(
			'Dify keeps no two texts of one name',
			'Choose another value for If Name Exists, or another name',
		);
	}
	const settings = documentSettings(await baseForDocuments(item, datasetId), chunkingOf(item));
	const metadata = await metadataValues(item, datasetId, metadataRows(item, 'options.metadata'));
	const hash = skipUnchanged === true ? await content.hash() : undefined;
	const twins = await replaceableNamed(item, datasetId, content.name);
	const decision = decideUpsert(
		twins,
		ifNameExists,
		(twin) => hash !== undefined && isUnchanged(twin, hash, hashField(item)),
	);
	return { datasetId, settings, content, twins, decision, ifNameExists, hash, metadata };
}

async function send(item: Item, plan: Plan): Promise<IDataObject> {
	const { datasetId, content, decision, ifNameExists, twins } = plan;
	if (decision.action === 'replaced') await readyToReplace(item, datasetId, decision.document);
	const keepsBoth = ifNameExists === 'keepBoth';
	const document = await createDocument(item, content, {
		datasetId,
		settings: keepsBoth ? { ...plan.settings, duplicate: false } : plan.settings,
		before: twins,
		replaces: !keepsBoth,
	});
	await describe(item, plan, document);
	return document;
}

/** Writes what the user says about the document, and the hash of its content. */
async function describe(item: Item, plan: Plan, document: IDataObject): Promise<void> {
	const { datasetId, hash } = plan;
	const values = [...plan.metadata];
	try {
		if (hash !== undefined) {
			const name = hashField(item);
			const id = await textFieldId(item, datasetId, name);
			values.push({ id, name, value: hashMark(hash, document) });
		}
		if (values.length === 0) return;
		await writeMetadata(item, datasetId, [{ documentId: String(document.id), values }]);
	} catch (error) {
		if (!(error instanceof ChatflowError)) return await Promise.reject(error);
		const { info, attempt } = error;
		const message = `The document was sent, but not its metadata: ${info.message}`;
		const details = { ...info.details, document };
		return await Promise.reject(new ChatflowError({ ...info, message, details }, attempt));
	}
}

function hashField(item: Item): string {
	return asText(item.options.hashField) ?? HASH_FIELD;
}

function isToBeWaitedFor({ item, outcome }: Begun): boolean {
	if (outcome instanceof Error || item.options.waitForIndexing === false) return false;
	const { action, ...document } = outcome[0]?.json ?? {};
	return action !== 'skipped' || !hasEnded(document);
}

async function waitForDocuments(begun: Begun[]): Promise<Outcome[]> {
	const open = begun.filter(isToBeWaitedFor);
	const waited = await waitForIndexing(
		open.map(({ item, outcome }) => {
			const record = outcome instanceof Error ? {} : (outcome[0]?.json ?? {});
			const waiting = documentWaiting(item, item.id('datasetId'), String(record.id));
			return { item, waiting, record };
		}),
	);
	return begun.map((one) => waited[open.indexOf(one)] ?? one.outcome);
}

function nameExists({ name }: Content): ChatflowError {
	return invalidValue(
		`The knowledge base has a document "${name}" already`,
		'Give the document another name, or choose another value for If Name Exists',
	);
}
