import type { IDataObject } from 'n8n-workflow';

import { path } from '../../shared/client';
import { mapItems } from '../../shared/concurrency';
import { ChatflowError, invalidValue } from '../../shared/errors';
import type { Item } from '../../shared/item';
import { knowledge } from '../transport/knowledge';
import { contentOf } from './content';
import { createDocument } from './createDocument';
import { isReplaceable } from './documents';
import { openMarks } from './marks';
import type { DeleteAction, InputAction, SyncInput, SyncPlan, SyncRules } from './planSync';
import { sourceOf } from './planSync';
import { archived, readyToReplace } from './readyToReplace';
import { stopRule } from './stopRule';

/** What a sync works on. */
export interface Sync {
	datasetId: string;
	settings: IDataObject;
	rules: SyncRules;
	/** How many documents to send at once. */
	atOnce: number;
	/** With the items that they come from. */
	inputs: Array<SyncInput & { item: Item }>;
	/** All of the knowledge base, as they were before. */
	documents: IDataObject[];
}

/** What became of an input or of a document without one. */
export interface Done {
	action: InputAction['action'] | DeleteAction['action'];
	document?: IDataObject;
	error?: ChatflowError;
	/** Whether it was only planned. */
	preview?: true;
}

export interface SyncResult {
	/** One for each input, in order. */
	inputs: Done[];
	deletes: Done[];
	/** How many documents lack their marks: the next run sends them again. */
	unmarked: number;
}

/**
 * Does what a plan says: sends, marks, then deletes. A document that fails does not stop the others;
 * what will hit all does. Every step leaves the knowledge base so that another run does what is left.
 */
export async function applySync(item: Item, sync: Sync, plan: SyncPlan): Promise<SyncResult> {
	const writes = plan.inputs.some(({ action }) => action === 'created' || action === 'replaced');
	const marks = writes ? await openMarks(item, sync.datasetId, sync.rules) : undefined;
	const stop = stopRule();

	/** Keeps a failure, and what it means for the others. */
	const attempt = async (work: () => Promise<Done>, ifFailed: Done): Promise<Done> => {
		const reason = item.signal?.aborted ? undefined : stop.reason;
		if (reason) return { ...ifFailed, action: 'failed', error: notTried(reason) };
		try {
			const done = await work();
			stop.succeeded();
			return done;
		} catch (error) {
			if (!(error instanceof ChatflowError)) return await Promise.reject(error);
			stop.failed(error);
			return { ...ifFailed, action: 'failed', error };
		}
	};
	const send = async (action: InputAction): Promise<Done> => {
		if (action.action === 'skipped') return action;
		if (action.action === 'failed') return { ...action, error: refusal(action) };
		const document = await sendInput(sync, action);
		await marks?.add(document, sync.inputs[action.input]?.hash ?? '');
		return { action: action.action, document };
	};
	const inputs = await mapItems(plan.inputs.length, sync.atOnce, async (at) => {
		const action = plan.inputs[at] as InputAction;
		const known = action.action === 'created' ? undefined : action.document;
		if (action.action === 'skipped') return await send(action);
		return await attempt(async () => await send(action), { action: 'failed', document: known });
	});
	const unmarked = (await marks?.close()) ?? 0;
	const written = new Set(inputs.map(({ document }) => document?.id));
	const deletes = await mapItems(plan.deletes.length, 1, async (at) => {
		const { document } = plan.deletes[at] as DeleteAction;
		// Of two documents with one name the server chooses which to replace.
		if (written.has(document.id)) return undefined;
		const done: Done = { action: 'deleted', document };
		return await attempt(async () => {
			await deleteDocument(item, sync.datasetId, document);
			return done;
		}, done);
	});
	return { inputs, deletes: deletes.filter((one) => one !== undefined), unmarked };
}

async function sendInput(
	{ datasetId, settings, inputs, documents }: Sync,
	action: Extract<InputAction, { action: 'created' | 'replaced' }>,
): Promise<IDataObject> {
	const input = inputs[action.input];
	if (!input) throw invalidValue('The input is not there', 'Run the node again');
	const { item, name } = input;
	if (action.action === 'replaced') await readyToReplace(item, datasetId, action.document);
	const before = documents.filter((one) => one.name === name && isReplaceable(one));
	const content = await contentOf(item);
	return await createDocument(item, content, { datasetId, settings, before, replaces: true });
}

/** Deleting twice does no harm: a document that is gone is what was wanted. */
async function deleteDocument(item: Item, datasetId: string, { id }: IDataObject): Promise<void> {
	try {
		const call = path`/datasets/${datasetId}/documents/${id}`;
		await knowledge(item).request({ method: 'DELETE', path: call, isRead: true });
	} catch (error) {
		const isGone = error instanceof ChatflowError && error.info.details?.code === 'not_found';
		if (!isGone) return await Promise.reject(error);
	}
}

function notTried({ info, attempt }: ChatflowError): ChatflowError {
	return new ChatflowError({ ...info, message: `Not tried any more: ${info.message}` }, attempt);
}

function refusal({ document, reason }: Extract<InputAction, { action: 'failed' }>): ChatflowError {
	const name = String(document.name);
	if (reason === 'archived') return archived(name);
	return invalidValue(
		`The document "${name}" belongs to another sync`,
		`Give the input another name, or set the option Sync Key to "${sourceOf(document) ?? ''}" to go on with that sync here`,
	);
}
