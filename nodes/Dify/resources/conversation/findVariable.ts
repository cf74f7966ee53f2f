import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { isObject } from '../../../shared/objects';
import { difyPages } from '../../transport/lists';
import { LIST_RULES } from '../../transport/paging';
import { difyPath } from '../../transport/request';
import { pickedId, variableField } from '../locators';
import { optionsOf, timeoutMs } from '../options';

/** Which variable is meant: exactly one of the two is given. */
export interface WantedVariable {
	id?: string;
	name?: string;
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
/** What the server takes as a filter; other names are searched without one (facts 4). */
const FILTERABLE = /^[\w.-]{1,255}$/;

/** The picked variable; a plain text from an expression is an ID if it looks like one, else a name. */
export function wantedVariable(context: IExecuteFunctions, itemIndex: number): WantedVariable {
	const text = pickedId(context, itemIndex, variableField);
	const picked = context.getNodeParameter(variableField.name, itemIndex) as unknown;
	const byName = isObject(picked) ? picked.mode === 'name' : !UUID.test(text);
	return byName ? { name: text } : { id: text };
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
		const found = page.find(({ id, name }) =>
			wanted.id === undefined ? name === wanted.name : id === wanted.id,
		);
		if (found) return found;
		names.push(...page.map(({ name }) => String(name)));
	}
	if (wanted.id !== undefined) return undefined;
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

function filterFor({ name }: WantedVariable): IDataObject {
	return name !== undefined && FILTERABLE.test(name) ? { variable_name: name } : {};
}
