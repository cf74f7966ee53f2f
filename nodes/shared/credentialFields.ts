import type { INodeProperties } from 'n8n-workflow';

/** A required credential field whose value is a secret: masked in the editor, encrypted at rest. */
export function secretField(
	field: Pick<INodeProperties, 'displayName' | 'name' | 'description' | 'placeholder'>,
): INodeProperties {
	return { ...field, type: 'string', typeOptions: { password: true }, default: '', required: true };
}

/** For private installations with certificates of their own. */
export const ignoreSslField: INodeProperties = {
	displayName: 'Ignore SSL Issues (Insecure)',
	name: 'allowUnauthorizedCerts',
	type: 'boolean',
	default: false,
	description: 'Whether to connect even if SSL certificate validation is not possible',
};
