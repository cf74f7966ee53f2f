import type { INodePropertyOptions, INodeTypeDescription } from 'n8n-workflow';

/** The names of all operations of a node with those of their resources, as the editor shows them. */
export function offered({ properties }: INodeTypeDescription): Array<[string, string]> {
	const names = (name: string, resource?: string) =>
		properties
			.filter((property) => property.name === name)
			.filter(({ displayOptions }) => displayOptions?.show?.resource?.[0] === resource)
			.flatMap(({ options }) => (options ?? []) as INodePropertyOptions[]);
	return names('resource').flatMap(({ name, value }) =>
		names('operation', String(value)).map((operation): [string, string] => [name, operation.name]),
	);
}
