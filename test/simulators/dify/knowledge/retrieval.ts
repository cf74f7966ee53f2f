import type { SimulatorCore } from '../core';
import type { Dict } from '../types';
import { passes } from './filters';
import { displayStatus, settle } from './indexing';
import type { KnowledgeBase, KnowledgeDocument, Segment } from './records';

/** A chunk that was found. */
export interface Hit {
	document: KnowledgeDocument;
	segment: Segment;
	score: number;
	children: Array<{ id: string; content: string; position: number; score: number }>;
}

function words(text: string): Set<string> {
	return new Set(text.match(/[\p{L}\p{N}]+/gu));
}

/** The share of the query's words that a text has. */
function overlap(query: Set<string>, text: string): number {
	const found = words(text);
	let shared = 0;
	for (const word of query) if (found.has(word)) shared += 1;
	return query.size === 0 ? 0 : shared / query.size;
}

/** Gives a text the case that counts for a method: an economy base tells A from a. */
function folded(method: string, text: string): string {
	return method === 'keyword_search' ? text : text.toLowerCase();
}

type Scorer = (share: number) => number | undefined;

/** How each method scores; undefined: not found by it. */
const SCORERS: Record<string, Scorer> = {
	// By meaning everything is near, a little.
	semantic_search: (share) => 0.3 + 0.6 * share,
	full_text_search: (share) => (share > 0 ? share : undefined),
	hybrid_search: (share) => Math.max(share, 0.3 + 0.6 * share),
	keyword_search: (share) => (share > 0 ? 0 : undefined),
};

/** An economy base has words only, a high-quality base no keywords. */
function finds(base: KnowledgeBase, method: string): boolean {
	return (method === 'keyword_search') === (base.indexingTechnique === 'economy');
}

function hitOf(
	document: KnowledgeDocument,
	segment: Segment,
	score: (text: string) => number | undefined,
): Hit | undefined {
	if (segment.children.length === 0) {
		const own = score(`${segment.content} ${segment.answer ?? ''}`);
		return own === undefined ? undefined : { document, segment, score: own, children: [] };
	}
	const children = segment.children.flatMap(({ id, content, position }) => {
		const own = score(content);
		return own === undefined ? [] : [{ id, content, position, score: own }];
	});
	if (children.length === 0) return undefined;
	const best = Math.max(...children.map((child) => child.score));
	return { document, segment, score: best, children };
}

/** The chunks that answer a query, best first. */
export function search(
	core: SimulatorCore,
	base: KnowledgeBase,
	query: string,
	model: Dict,
): Hit[] {
	const method = String(model.search_method);
	const scorer = SCORERS[method];
	if (!scorer || !finds(base, method)) return [];
	const asked = words(folded(method, query));
	const score = (text: string): number | undefined => scorer(overlap(asked, folded(method, text)));
	const hits: Hit[] = [];
	for (const document of base.documents.values()) {
		settle(core, document);
		if (displayStatus(document) !== 'available') continue;
		if (!passes(document, model.metadata_filtering_conditions)) continue;
		for (const segment of document.segments) {
			const hit = segment.enabled ? hitOf(document, segment, score) : undefined;
			if (hit) hits.push(hit);
		}
	}
	const threshold = model.score_threshold_enabled ? Number(model.score_threshold ?? 0) : 0;
	return hits
		.filter((hit) => hit.score >= threshold)
		.sort((a, b) => b.score - a.score)
		.slice(0, Number(model.top_k));
}
