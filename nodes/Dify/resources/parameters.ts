import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { asText } from '../../shared/objects';

/** What is needed to read a parameter and to name it to the user. */
export type Field = Pick<INodeProperties, 'name' | 'displayName'>;

/**
 * The text of a required parameter. n8n checks fixed values before the node runs; an expression
 * that gives nothing is found here.
 *
 * @throws NodeOperationError when it is empty.
 */
export function requiredText(context: IExecuteFunctions, itemIndex: number, field: Field): string {
	const value = asText(context.getNodeParameter(field.name, itemIndex, ''));
	if (value !== undefined && value.trim() !== '') return value;
	throw emptyParameter(context, itemIndex, field);
}

/** An ID or name of a record, without the blanks that come along when it is pasted. */
export function requiredId(context: IExecuteFunctions, itemIndex: number, field: Field): string {
	return requiredText(context, itemIndex, field).trim();
}

/** The failure of a required parameter that is empty. */
export function emptyParameter(
	context: IExecuteFunctions,
	itemIndex: number,
	{ displayName }: Field,
): NodeOperationError {
	return new NodeOperationError(context.getNode(), `${displayName} is empty`, {
		itemIndex,
		description: `Fill in ${displayName}. If it is an expression, check that it gives a value for this item`,
	});
}
