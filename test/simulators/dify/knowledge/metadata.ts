import { OWNER } from '../state';
import type { Dict } from '../types';
import type { KnowledgeBase, KnowledgeDocument } from './records';

/** The same for every base, whether they are on or off. */
export const BUILT_IN_FIELDS = [
	{ name: 'document_name', type: 'string' },
	{ name: 'uploader', type: 'string' },
	{ name: 'upload_date', type: 'time' },
	{ name: 'last_update_date', type: 'time' },
	{ name: 'source', type: 'string' },
];

const SOURCES: Record<KnowledgeDocument['dataSourceType'], string> = {
	upload_file: 'file_upload',
	website_crawl: 'website',
	notion_import: 'notion',
	local_file: 'file_upload',
};

/** What a document keeps while the built-in fields are on. */
export function builtInValues(document: KnowledgeDocument): Dict {
	return {
		document_name: document.name,
		uploader: OWNER.name,
		upload_date: document.createdAt / 1000,
		last_update_date: document.updatedAt / 1000,
		source: SOURCES[document.dataSourceType],
	};
}

/**
 * Metadata as a document shows it: null until any value is set, and from then on with the
 * built-in fields, whether they are on or off.
 */
export function metadataView(base: KnowledgeBase, document: KnowledgeDocument): Dict[] | null {
	const { metadata } = document;
	if (metadata === null || Object.keys(metadata).length === 0) return null;
	const own: Dict[] = base.fields
		.filter((field) => document.boundFields.has(field.id))
		.map(({ id, name, type }) => ({ id, name, type, value: metadata[name] ?? null }));
	const values = builtInValues(document);
	for (const { name, type } of BUILT_IN_FIELDS) {
		own.push({ id: 'built-in', name, type, value: String(values[name]) });
	}
	return own;
}

/** As `metadataView`, every value a text. */
export function metadataTexts(base: KnowledgeBase, document: KnowledgeDocument): Dict[] | null {
	const entries = metadataView(base, document);
	if (!entries) return null;
	return entries.map((entry) => ({
		...entry,
		value: entry.value === null ? null : String(entry.value),
	}));
}
