import type { RequestContext } from '../context';
import { invalidParam } from '../errors';
import type { Dict } from '../types';
import { keywordsOf, regenerateChildren } from './chunking';
import type { KnowledgeDocument, Segment } from './records';

function enable(segment: Segment): void {
	segment.enabled = true;
	segment.disabledAt = null;
}

/** Disabling passes over everything else; a disabled chunk takes nothing but `enabled: true`. */
function disabled(segment: Segment, given: Dict): boolean {
	if (given.enabled === false && segment.enabled) {
		segment.enabled = false;
		segment.disabledAt = Date.now();
		return true;
	}
	if (!segment.enabled && given.enabled !== true) {
		throw invalidParam("Can't update disabled segment");
	}
	return false;
}

/** Keywords of new content are the server's own; given ones count for unchanged content only. */
function changeKeywords(
	context: RequestContext,
	segment: Segment,
	given: Dict,
	changed: boolean,
): void {
	const asked = Array.isArray(given.keywords) ? given.keywords.map(String) : [];
	if (!changed && asked.length > 0) segment.keywords = asked;
	if (changed && context.base.indexingTechnique === 'economy') {
		segment.keywords = asked.length > 0 ? asked : keywordsOf(segment.content);
	}
}

/** What fails inside is an answer of 200: the chunk says `error` and is switched off. */
function fail(segment: Segment, message: string): void {
	segment.status = 'error';
	segment.error = message;
	segment.enabled = false;
	segment.disabledAt = Date.now();
}

export function changeSegment(
	context: RequestContext,
	document: KnowledgeDocument,
	segment: Segment,
	given: Dict,
): void {
	if (disabled(segment, given)) return;
	const content =
		typeof given.content === 'string' && given.content ? given.content : segment.content;
	const changed = content !== segment.content;
	segment.updatedAt = Date.now();
	segment.changed = true;
	const answer = typeof given.answer === 'string' ? given.answer : null;
	if (document.docForm === 'qa_model') {
		segment.answer = answer;
		if (changed && answer === null) {
			fail(segment, 'can only concatenate str (not "NoneType") to str');
			return;
		}
	}
	if (content.includes('#chunk-error')) {
		segment.content = content;
		fail(segment, 'Embedding failed.');
		return;
	}
	segment.content = content;
	segment.status = 'completed';
	segment.error = null;
	enable(segment);
	changeKeywords(context, segment, given, changed);
	if (given.attachment_ids === undefined) segment.attachments = [];
	if (typeof given.summary === 'string') segment.summary = given.summary;
	if (document.docForm === 'hierarchical_model' && given.regenerate_child_chunks === true) {
		regenerateChildren(segment, document.processRule);
	}
}
