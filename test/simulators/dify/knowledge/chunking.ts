import { randomUUID } from 'node:crypto';
import type { Dict } from '../types';
import type { ChildChunk, DocForm, ProcessRule, Segment } from './records';

interface Cut {
	separator: string;
	size: number;
}

/** Four characters are a token. */
export function tokensOf(text: string): number {
	return Math.ceil(text.length / 4);
}

function cutOf(value: unknown): Cut | undefined {
	if (typeof value !== 'object' || value === null) return undefined;
	const { separator, max_tokens: size } = value as Dict;
	return {
		// A separator is often typed: the two characters \n are a line feed.
		separator: String(separator ?? '\n').replaceAll('\\n', '\n'),
		size: Number(size ?? 500) * 4,
	};
}

function pieces(text: string, size: number): string[] {
	const found: string[] = [];
	for (let at = 0; at < text.length; at += size) found.push(text.slice(at, at + size));
	return found;
}

/** Cuts at every separator, and what is too long by its length. */
function cutAt(text: string, { separator, size }: Cut): string[] {
	return text
		.split(separator)
		.flatMap((part) => pieces(part.trim(), size))
		.filter((part) => part !== '');
}

/** Cuts by length only. */
function cutBySize(text: string, size: number): string[] {
	return pieces(text.trim(), size).filter((part) => part.trim() !== '');
}

/** What cannot be cut so ends the indexing as `error`, with this text. */
export class ChunkingError extends Error {}

function cutsOf(rules: Dict | null): { parent: Cut | undefined; child: Cut | undefined } {
	const parent = cutOf(rules?.segmentation);
	if (parent && (parent.size < 50 * 4 || parent.size > 4000 * 4)) {
		throw new ChunkingError('Custom segment length should be between 50 and 4000.');
	}
	return { parent, child: cutOf(rules?.subchunk_segmentation) };
}

function parentChild(text: string, rule: ProcessRule): Array<{ content: string; cut: Cut }> {
	const mode = rule.rules?.parent_mode;
	// Accepted, and cut into nothing.
	if (rule.mode === 'automatic' || !mode) return [];
	const { parent, child } = cutsOf(rule.rules);
	if (!child) throw new ChunkingError('No subchunk segmentation found in rules.');
	const parents = mode === 'full-doc' || !parent ? [text.trim()] : cutAt(text, parent);
	return parents.filter((content) => content !== '').map((content) => ({ content, cut: child }));
}

function children(segmentId: string, content: string, cut: Cut, now: number): ChildChunk[] {
	return cutAt(content, cut).map((part, index) => ({
		id: randomUUID(),
		segmentId,
		position: index + 1,
		content: part,
		type: 'automatic',
		createdAt: now,
		updatedAt: now,
	}));
}

export function newSegment(documentId: string, position: number, content: string): Segment {
	const now = Date.now();
	return {
		id: randomUUID(),
		documentId,
		position,
		content,
		answer: null,
		keywords: null,
		indexNodeId: randomUUID(),
		hitCount: 0,
		enabled: true,
		disabledAt: null,
		status: 'completed',
		error: null,
		createdAt: now,
		updatedAt: now,
		changed: false,
		completedAt: now,
		children: [],
		attachments: [],
		summary: null,
	};
}

/** The words of a text, as an economy base keeps them. */
export function keywordsOf(text: string): string[] {
	return [...new Set(text.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? [])].slice(0, 10);
}

/** The children of a parent chunk, made anew. */
export function regenerateChildren(segment: Segment, rule: ProcessRule): void {
	const cut = cutOf(rule.rules?.subchunk_segmentation);
	segment.children = cut ? children(segment.id, segment.content, cut, Date.now()) : [];
}

/** A text in chunks. */
export function segmentsOf(
	documentId: string,
	text: string,
	rule: ProcessRule,
	docForm: DocForm,
	keywords: boolean,
): Segment[] {
	if (docForm === 'hierarchical_model') {
		return parentChild(text, rule).map(({ content, cut }, index) => {
			const segment = newSegment(documentId, index + 1, content);
			segment.children = children(segment.id, content, cut, segment.createdAt);
			return segment;
		});
	}
	const { parent } = cutsOf(rule.rules);
	const contents =
		rule.mode === 'automatic' || !parent ? cutBySize(text, 2000) : cutAt(text, parent);
	return contents.map((content, index) => {
		const segment = newSegment(documentId, index + 1, content);
		if (docForm === 'qa_model') {
			segment.content = `What about ${content.slice(0, 40)}?`;
			segment.answer = content;
		}
		if (keywords) segment.keywords = keywordsOf(content);
		return segment;
	});
}
