import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { ChatflowError, invalidValue } from '../../../shared/errors';
import type { Item } from '../../../shared/item';
import type { Begun, Operation, Outcome } from '../../../shared/operation';
import { optionsField } from '../../../shared/options';
import { asText, pick, trimmed } from '../../../shared/values';
import type { Done, Sync, SyncResult } from '../../knowledge/applySync';
import { applySync } from '../../knowledge/applySync';
import { baseForDocuments } from '../../knowledge/base';
import { documentSettings } from '../../knowledge/chunking';
import { contentOf } from '../../knowledge/content';
import { HASH_FIELD } from '../../knowledge/contentHash';
import { allDocuments } from '../../knowledge/documents';
import type { SyncPlan } from '../../knowledge/planSync';
import { planSync, sharedNames } from '../../knowledge/planSync';
import { hasEnded } from '../../knowledge/status';
import { datasetField } from '../pickers';
import { withIndexingError } from '../simplify';
import { chunkingFields, chunkingOf, chunkingOptions, sourceFields } from './contentFields';
import { documentNameOption, hashFieldOption } from './fields';
import { documentWaiting, waitForIndexing, waitForIndexingOption, waitOptions } from './waiting';

const allItemsNotice: INodeProperties = {
	displayName:
		'All input items together are what the knowledge base is to hold: one document for each item, told apart by their names.',
	name: 'allItemsNotice',
	type: 'notice',
	default: '',
};

const ownOptions: INodeProperties[] = [
	{
		displayName: 'Delete Missing',
		name: 'deleteMissing',
		type: 'boolean',
		default: false,
		description:
			'Whether to delete documents that no input item stands for. Only those are deleted that this sync has made and nobody has archived.',
	},
	{
		displayName: 'Preview Only',
		name: 'previewOnly',
		type: 'boolean',
		default: false,
		description: 'Whether to say only what would be done, and to change nothing',
	},
	{
		displayName: 'Sync Key',
		name: 'syncKey',
		type: 'string',
		default: '',
		placeholder: 'e.g. handbook-folder',
		description:
			'What marks the documents of this sync, in the metadata field n8n_source. Leave it empty for one that is made of the IDs of workflow and node.',
	},
];

/** Makes a knowledge base equal to the input items; may be run again after any failure. */
export const sync: Operation = {
	name: 'Sync',
	action: 'Sync documents',
	description: 'Make the documents of a knowledge base equal to all input items',
	fields: [
		datasetField,
		allItemsNotice,
		...sourceFields,
		...chunkingFields,
		optionsField(
			...ownOptions,
			hashFieldOption,
			documentNameOption,
			waitForIndexingOption,
			...waitOptions,
			...chunkingOptions,
		),
	],
	execute: async (item) => {
		const content = await contentOf(item);
		return [{ json: { name: content.name, hash: await content.hash() } }];
	},
	finish: async (begun) => {
		const inputs = begun.flatMap(inputOf);
		const [first] = inputs;
		if (!first) return begun.map(({ outcome }) => outcome);
		const { item } = first;
		const plannedSync = await prepare(item, inputs);
		const plan = planSync(inputs, plannedSync.documents, plannedSync.rules);
		if (item.options.previewOnly === true) return outcomes(begun, inputs, preview(plan));
		const result = await applySync(item, plannedSync, withoutDeletes(plan, begun));
		item.hint(hints(result), result.unmarked > 0 ? 'warning' : 'info');
		return await waitForAll(begun, inputs, result, plannedSync.datasetId);
	},
};

type Input = Sync['inputs'][number];

function inputOf({ item, outcome }: Begun): Input[] {
	if (outcome instanceof Error) return [];
	const { name, hash } = outcome[0]?.json ?? {};
	return [{ item, name: String(name), hash: String(hash) }];
}

/** What is known before anything is written. */
async function prepare(item: Item, inputs: Input[]): Promise<Sync> {
	const [shared] = sharedNames(inputs);
	if (shared !== undefined) {
		throw invalidValue(
			`Several input items have the name "${shared}"`,
			'Dify tells documents apart by their names. Give each item one of its own, for example with its folder in front (option Document Name). Nothing was changed',
		);
	}
	const datasetId = item.id('datasetId');
	if (inputs.some((input) => input.item.id('datasetId') !== datasetId)) {
		throw invalidValue(
			'The input items name several knowledge bases',
			'One Sync fills one knowledge base: use one node for each of them',
		);
	}
	const settings = documentSettings(await baseForDocuments(item, datasetId), chunkingOf(item));
	const { syncKey, hashField, deleteMissing, concurrency } = item.options;
	return {
		datasetId,
		settings,
		inputs,
		rules: {
			key: trimmed(syncKey) ?? ownKey(item),
			hashField: asText(hashField) ?? HASH_FIELD,
			deletesMissing: deleteMissing === true,
		},
		atOnce: Math.max(1, Math.floor(Number(concurrency ?? 1)) || 1),
		documents: await allDocuments(item, datasetId),
	};
}

function ownKey({ context }: Item): string {
	return `${String(context.getWorkflow().id)}/${context.getNode().id}`;
}

/** An input that could not be read has no name: its document must not be taken for a missing one. */
function withoutDeletes(plan: SyncPlan, begun: Begun[]): SyncPlan {
	const isWhole = begun.every(({ outcome }) => !(outcome instanceof Error));
	return isWhole ? plan : { ...plan, deletes: [] };
}

function preview({ inputs, deletes }: SyncPlan): SyncResult {
	const planned = <T extends Done>(all: T[]): Done[] =>
		all.map((one) => ({ ...one, preview: true }));
	return { inputs: planned(inputs), deletes: planned(deletes), unmarked: 0 };
}

/** The results by item; documents that no item stands for go with the first one that succeeded. */
function outcomes(
	begun: Begun[],
	inputs: Input[],
	{ inputs: done, deletes }: SyncResult,
): Outcome[] {
	const byItem = new Map(inputs.map(({ item }, at) => [item, { at, done: done[at] }]));
	const results = begun.map(({ item, outcome }): Outcome => {
		const found = byItem.get(item);
		if (!found?.done) return outcome;
		const record = recordOf(found.done, inputs[found.at]?.name);
		return found.done.error ? failure(found.done.error, record) : [{ json: record }];
	});
	const failed = deletes.find(({ error }) => error);
	const target = results.findIndex((outcome) => !(outcome instanceof Error));
	const more = deletes.map((one) => ({
		json: { ...recordOf(one), ...(one.error ? { reason: one.error.message } : {}) },
	}));
	const own = results[target];
	if (own && !(own instanceof Error)) results[target] = [...own, ...more];
	const [first] = begun;
	if (failed?.error && first && !first.item.context.continueOnFail()) {
		results[Math.max(0, target)] = failure(failed.error, recordOf(failed));
	}
	return results;
}

function recordOf({ action, document = {}, preview: isPreview }: Done, name?: string): IDataObject {
	const shown = { ...withIndexingError(document), ...(name === undefined ? {} : { name }) };
	return { ...shown, ...(isPreview ? { preview: true } : {}), action };
}

function failure({ info, attempt }: ChatflowError, record: IDataObject): ChatflowError {
	const details = { ...info.details, ...pick(record, ['action', 'name', 'id']) };
	const again = 'The other items were worked on. Run the sync again: it does only what is left';
	const description = info.description ? `${info.description}. ${again}` : again;
	return new ChatflowError({ ...info, description, details }, attempt);
}

async function waitForAll(
	begun: Begun[],
	inputs: Input[],
	result: SyncResult,
	datasetId: string,
): Promise<Outcome[]> {
	const all = outcomes(begun, inputs, result);
	const fails = all.some((outcome) => outcome instanceof Error);
	if (fails && begun[0]?.item.context.continueOnFail() === false) return all;
	const open = begun.flatMap(({ item }, at) => {
		const outcome = all[at];
		if (item.options.waitForIndexing === false || !outcome || outcome instanceof Error) return [];
		const { action, ...record } = outcome[0]?.json ?? {};
		if (action === 'deleted' || (action === 'skipped' && hasEnded(record))) return [];
		const waiting = documentWaiting(item, datasetId, String(record.id));
		return [{ at, item, waiting, record: { ...record, action } }];
	});
	const waited = await waitForIndexing(open);
	open.forEach(({ at }, index) => {
		const [before, after] = [all[at], waited[index]];
		if (!after || !before || before instanceof Error) return;
		// Behind the item's own document stand those that were deleted.
		all[at] = after instanceof Error ? after : [...after, ...before.slice(1)];
	});
	return all;
}

function hints({ inputs, deletes, unmarked }: SyncResult): string[] {
	const counts = new Map<string, number>();
	for (const { action } of [...inputs, ...deletes])
		counts.set(action, (counts.get(action) ?? 0) + 1);
	const summary = [...counts].map(([action, count]) => `${count} ${action}`).join(', ');
	if (unmarked === 0) return [`Documents: ${summary}`];
	return [
		`Documents: ${summary}. ${unmarked} could not be marked as sent: the next run sends them again`,
	];
}
