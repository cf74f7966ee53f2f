import type { SimulatorCore } from '../core';
import { ChunkingError, segmentsOf, tokensOf } from './chunking';
import type { IndexingPlan, IndexingStatus, KnowledgeDocument, Segment } from './records';

/** What a text says about how its indexing ends: a line of its own at its beginning. */
const DIRECTIVES: Array<[RegExp, (argument: string) => IndexingPlan]> = [
	[/^#index-error(?: (.*))?$/m, (error) => ({ end: 'error', error: error || 'Indexing failed.' })],
	[/^#index-paused$/m, () => ({ end: 'paused' })],
	[/^#index-stuck$/m, () => ({ end: 'stuck' })],
	[/^#index-empty$/m, () => ({ end: 'completed', empty: true })],
	[/^#index-ms (\d+)$/m, (ms) => ({ end: 'completed', ms: Number(ms) })],
	[/^#index-polls (\d+)$/m, (polls) => ({ end: 'completed', polls: Number(polls) })],
];

/** Undefined where the text says nothing. */
export function planOf(text: string): IndexingPlan | undefined {
	const head = text.slice(0, 1000);
	for (const [pattern, plan] of DIRECTIVES) {
		const found = pattern.exec(head);
		if (found) return plan(found[1] ?? '');
	}
	return undefined;
}

/** Puts a document into the queue; what it had stays until a worker takes it. */
export function startIndexing(
	document: KnowledgeDocument,
	text: string,
	plan: IndexingPlan = planOf(text) ?? { end: 'completed' },
): void {
	document.text = text;
	document.status = 'waiting';
	document.isPaused = false;
	const actual: IndexingPlan = document.locked ? { end: 'locked' } : plan;
	document.indexing = { startedAt: Date.now(), looks: 0, plan: actual };
	document.indexed += 1;
}

const STAGES: IndexingStatus[] = ['parsing', 'cleaning', 'splitting', 'indexing'];

function share(core: SimulatorCore, document: KnowledgeDocument): number {
	const { indexing } = document;
	if (!indexing) return 1;
	const { plan } = indexing;
	const polls = plan.polls ?? (plan.ms === undefined ? core.settings.indexingPolls : 0);
	if (polls > 0) return indexing.looks / polls;
	const ms = plan.ms ?? core.settings.indexingMs;
	return ms > 0 ? (Date.now() - indexing.startedAt) / ms : 1;
}

/** Brings a document to where its indexing is now. `look`: its status is being read. */
export function settle(core: SimulatorCore, document: KnowledgeDocument, look = false): void {
	const { indexing } = document;
	if (!indexing) return;
	if (look) indexing.looks += 1;
	if (indexing.plan.end === 'stuck') return;
	const done = share(core, document);
	if (done <= 0) return;
	if (indexing.plan.end === 'locked') {
		document.status = 'indexing';
		return;
	}
	if (document.status === 'waiting') take(document);
	if (indexing.plan.end === 'paused' && done >= 0.5) {
		document.status = 'indexing';
		document.isPaused = true;
		return;
	}
	if (done >= 1) finish(core, document, indexing.plan);
	else document.status = STAGES[Math.floor(done * STAGES.length)] ?? 'indexing';
}

/** A worker begins: what the document had is gone. */
function take(document: KnowledgeDocument): void {
	document.segments = [];
	document.startedAt = Date.now();
	document.completedAt = null;
	document.error = null;
}

function finish(core: SimulatorCore, document: KnowledgeDocument, plan: IndexingPlan): void {
	document.indexing = null;
	if (plan.end === 'error') {
		fail(document, plan.error ?? '');
		return;
	}
	const base = core.state.knowledge.bases.get(document.baseId);
	try {
		document.segments = plan.empty ? [] : chunksOf(document, base?.indexingTechnique === 'economy');
	} catch (error) {
		if (!(error instanceof ChunkingError)) throw error;
		fail(document, error.message);
		return;
	}
	document.status = 'completed';
	document.completedAt = Date.now();
	document.updatedAt = document.completedAt;
	document.wordCount = document.text.length;
	document.tokens = tokensOf(document.text.trim());
}

/** Chunks of the text, after those of the texts that it came in upon. */
function chunksOf(document: KnowledgeDocument, keywords: boolean): Segment[] {
	const texts = [...document.overlapped.splice(0), document.text];
	const { id, processRule, docForm } = document;
	const segments = texts.flatMap((text) => segmentsOf(id, text, processRule, docForm, keywords));
	return segments.map((segment, index) => ({ ...segment, position: index + 1 }));
}

function fail(document: KnowledgeDocument, message: string): void {
	document.status = 'error';
	document.error = message;
	document.segments = [];
}

export function displayStatus(document: KnowledgeDocument): string {
	const { status, isPaused, archived, enabled } = document;
	if (status === 'waiting') return 'queuing';
	if (status === 'error') return 'error';
	if (status !== 'completed') return isPaused ? 'paused' : 'indexing';
	if (archived) return 'archived';
	return enabled ? 'available' : 'disabled';
}
