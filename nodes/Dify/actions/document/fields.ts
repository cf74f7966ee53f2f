import type { INodeProperties } from 'n8n-workflow';

import type { Item } from '../../../shared/item';
import { asText, trimmed } from '../../../shared/values';
import { HASH_FIELD } from '../../knowledge/contentHash';

/** IDs of documents, as text or as an expression gives them. */
export const documentIdsField: INodeProperties = {
	displayName: 'Document IDs',
	name: 'documentIds',
	type: 'string',
	default: '',
	placeholder: 'e.g. 45701982-8118-4bc5-8e9b-64562b4555f2',
	description: 'One or several IDs with commas between them, or an expression that gives a list',
	required: true,
};

/**
 * The IDs in {@link documentIdsField}, each once.
 *
 * @throws ChatflowError if there is none.
 */
export function documentIds(item: Item): string[] {
	const given = item.value(documentIdsField.name);
	const texts = Array.isArray(given) ? given : (asText(given) ?? '').split(/[,\n]/);
	const ids = new Set(texts.map(trimmed).filter((id) => id !== undefined));
	if (ids.size === 0) throw item.emptyParameter(documentIdsField.name);
	return [...ids];
}

export const hashFieldOption: INodeProperties = {
	displayName: 'Hash Field',
	name: 'hashField',
	type: 'string',
	default: HASH_FIELD,
	placeholder: `e.g. ${HASH_FIELD}`,
	description:
		'The metadata field that keeps the hash of a content. It is made if there is none of this name.',
};

export const documentNameOption: INodeProperties = {
	displayName: 'Document Name',
	name: 'documentName',
	type: 'string',
	default: '',
	placeholder: 'e.g. handbook.pdf',
	description: 'Leave it empty to use the name of the file',
	displayOptions: { show: { '/source': ['file'] } },
};
