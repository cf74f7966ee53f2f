import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { isObject } from '../../../shared/objects';
import { difyPages } from '../../transport/lists';
import { LIST_RULES } from '../../transport/paging';
import { difyPath } from '../../transport/request';
import { pickedId, variableField } from '../locators';
import { optionsOf, timeoutMs } from '../options';

/** Which variable is meant. Both are given when it is not known which of them a text is. */
export interface WantedVariable {
	id?: string;
	name?: string;
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
/** What the server takes as a filter; other names are searched without one (facts 4). */
const FILTERABLE = /^[\w.-]{1,255}$/;

/** The picked variable; a plain text from an expression is an ID if it looks like one, else either. */
export function wantedVariable(context: IExecuteFunctions, itemIndex: number): WantedVariable {
	const text = pickedId(context, itemIndex, variableField);
	const picked = context.getNodeParameter(variableField.name, itemIndex) as unknown;
	if (isObject(picked)) return picked.mode === 'name' ? { name: text } : { id: text };
	return UUID.test(text) ? { id: text } : { id: text, name: text };
}

/**
 * Looks a variable up among those of its conversation.
 *
 * @returns The variable; `undefined` for an ID that is not there, which the server will refuse in
 * its own words.
 * @throws NodeOperationError when no variable has the name.
 */
export async function findVariable(
	context: IExecuteFunctions,
	itemIndex: number,
	{
		conversationId,
		user,
		wanted,
	}: { conversationId: string; user: string; wanted: WantedVariable },
): Promise<IDataObject | undefined> {
	const names: string[] = [];
	const pages = difyPages(context, itemIndex, {
		path: difyPath`/conversations/${conversationId}/variables`,
		rule: LIST_RULES.variables,
		query: { user, ...filterFor(wanted) },
		timeoutMs: timeoutMs(optionsOf(context, itemIndex)),
	});
	for await (const page of pages) {
		const found = page.find((variable) => isWanted(variable, wanted));
		if (found) return found;
		names.push(...page.map(({ name }) => String(name)));
	}
	if (wanted.name === undefined) return undefined;
	throw new NodeOperationError(
		context.getNode(),
		`The conversation has no variable named "${wanted.name}"`,
		{
			itemIndex,
			description: names.length
				? `Similar names are: ${names.slice(0, 20).join(', ')}`
				: 'Look at the names with Conversation > Get Variables; capitals count',
		},
	);
}

function isWanted({ id, name }: IDataObject, wanted: WantedVariable): boolean {
	if (wanted.id !== undefined && id === wanted.id) return true;
	return wanted.name !== undefined && name === wanted.name;
}

function filterFor({ id, name }: WantedVariable): IDataObject {
	if (id !== undefined || name === undefined) return {};
	return FILTERABLE.test(name) ? { variable_name: name } : {};
}
