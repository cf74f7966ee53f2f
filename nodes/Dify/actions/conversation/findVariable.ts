import type { IDataObject } from 'n8n-workflow';

import { path } from '../../../shared/client';
import { invalidValue } from '../../../shared/errors';
import type { Item } from '../../../shared/item';
import { append, isObject } from '../../../shared/values';
import { LIST_RULES, listPages } from '../../transport/lists';

/** Which variable is meant. Both are given if it is not known which of them a text is. */
export interface WantedVariable {
	id?: string;
	name?: string;
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** The picked variable. A text from an expression is an ID if it looks like one, else either. */
export function wantedVariable(item: Item): WantedVariable {
	const text = item.id('variableId');
	const picked = item.value('variableId');
	if (isObject(picked)) return picked.mode === 'name' ? { name: text } : { id: text };
	return UUID.test(text) ? { id: text } : { id: text, name: text };
}

/**
 * Looks a variable up among those of its conversation.
 *
 * @returns `undefined` for an ID that is not there, which the server will refuse in its own words.
 * @throws ChatflowError if no variable has the name.
 */
export async function findVariable(
	item: Item,
	conversationId: string,
	wanted: WantedVariable,
): Promise<IDataObject | undefined> {
	const names: string[] = [];
	const pages = listPages(item, {
		path: path`/conversations/${conversationId}/variables`,
		rule: LIST_RULES.variables,
		query: { user: item.text('user') },
	});
	for await (const page of pages) {
		const found = page.find((variable) => isWanted(variable, wanted));
		if (found) return found;
		append(
			names,
			page.map(({ name }) => String(name)),
		);
	}
	if (wanted.name === undefined) return undefined;
	throw invalidValue(
		`The conversation has no variable named "${wanted.name}"`,
		names.length > 0
			? `Its variables are: ${names.slice(0, 20).join(', ')}`
			: 'Check the names with Conversation > Get Variables. They are case-sensitive',
	);
}

function isWanted({ id, name }: IDataObject, wanted: WantedVariable): boolean {
	if (wanted.id !== undefined && id === wanted.id) return true;
	return wanted.name !== undefined && name === wanted.name;
}
