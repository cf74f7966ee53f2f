import type { IDataObject } from 'n8n-workflow';

import { invalidValue } from '../../shared/errors';
import { asText, defined } from '../../shared/values';

/** How a document is cut, as the user chose it. Numbers are tokens. */
export interface Chunking {
	mode: 'base' | 'automatic' | 'custom' | 'parentChild';
	separator: string;
	maxTokens: number;
	overlap: number;
	/** Of parent-child: whether the parents are paragraphs, or the document is the only one. */
	parentMode: 'paragraph' | 'full-doc';
	childSeparator: string;
	childMaxTokens: number;
	removeExtraSpaces: boolean;
	removeUrlsAndEmails: boolean;
	/** Of the base, if it has none yet. */
	technique?: string;
	language?: string;
}

/** Chunks of other sizes are accepted and fail the indexing. */
const TOKENS = { min: 50, max: 4000 };

/**
 * What is sent along with a document about its indexing (SERVER.md, "Knowledge: documents").
 *
 * @param base As Dify describes it.
 * @throws ChatflowError if base and chunking do not go together: Dify would index nothing, or fail.
 */
export function documentSettings(base: IDataObject, chunking: Chunking): IDataObject {
	const technique = asText(base.indexing_technique) ?? chunking.technique;
	if (!technique) {
		throw invalidValue(
			'The knowledge base has no indexing technique yet',
			'Choose one in the option Indexing Technique: the first document decides it for the knowledge base',
		);
	}
	const baseForm = asText(base.doc_form);
	const form = baseForm ?? (chunking.mode === 'parentChild' ? PARENT_CHILD : 'text_model');
	checkForm(form, technique, chunking.mode);
	return defined({
		indexing_technique: technique,
		doc_form: form,
		doc_language: chunking.language,
		process_rule: baseForm === undefined ? firstRule(chunking) : ruleOf(chunking),
	});
}

const PARENT_CHILD = 'hierarchical_model';

function checkForm(form: string, technique: string, mode: Chunking['mode']): void {
	const isParentChild = form === PARENT_CHILD;
	if (isParentChild && (mode === 'automatic' || mode === 'custom')) {
		throw invalidValue(
			'The knowledge base has parent and child chunks',
			'Set Chunking to Parent-Child or As Knowledge Base: with other rules Dify would index nothing',
		);
	}
	if (!isParentChild && mode === 'parentChild') {
		throw invalidValue(
			'The knowledge base has no parent and child chunks',
			'Set Chunking to As Knowledge Base, or use a knowledge base that is empty or was made with parent-child chunks: all documents of one are cut alike',
		);
	}
	if (mode === 'parentChild' && technique !== 'high_quality') {
		throw invalidValue(
			'Parent and child chunks need the indexing technique High Quality',
			'Use another knowledge base, or another chunking',
		);
	}
}

/** An empty base has no rule that a document could follow. */
function firstRule(chunking: Chunking): IDataObject {
	return ruleOf(chunking) ?? { mode: 'automatic' };
}

function ruleOf(chunking: Chunking): IDataObject | undefined {
	const { mode, parentMode } = chunking;
	if (mode === 'base') return undefined;
	if (mode === 'automatic') return { mode: 'automatic' };
	const segmentation = {
		separator: chunking.separator || '\n\n',
		max_tokens: tokens('Max Tokens', chunking.maxTokens),
		chunk_overlap: Math.max(0, Math.floor(chunking.overlap) || 0),
	};
	const pre_processing_rules = [
		{ id: 'remove_extra_spaces', enabled: chunking.removeExtraSpaces },
		{ id: 'remove_urls_emails', enabled: chunking.removeUrlsAndEmails },
	];
	if (mode === 'custom') return { mode: 'custom', rules: { pre_processing_rules, segmentation } };
	const subchunk_segmentation = {
		separator: chunking.childSeparator || '\n',
		max_tokens: tokens('Child Max Tokens', chunking.childMaxTokens),
	};
	const rules = {
		pre_processing_rules,
		segmentation,
		parent_mode: parentMode,
		subchunk_segmentation,
	};
	return { mode: 'hierarchical', rules };
}

function tokens(label: string, given: number): number {
	if (given >= TOKENS.min && given <= TOKENS.max) return Math.floor(given);
	throw invalidValue(
		`${label} is ${given}, and Dify cannot make such chunks`,
		`Set ${label} to a number from ${TOKENS.min} to ${TOKENS.max}`,
	);
}
