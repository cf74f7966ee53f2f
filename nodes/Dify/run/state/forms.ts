import type { IDataObject } from 'n8n-workflow';

import { asText, assign } from '../../../shared/values';
import type { RunState } from './state';

/** Takes in a form that a human is to fill, once: what is known of it already is kept, and completed. */
export function addForm({ forms, formsOfNode }: RunState, form: IDataObject): void {
	const key = asText(form.form_id) ?? asText(form.node_id) ?? '';
	const known = forms.get(key) ?? {};
	assign(known, form, (field) => !Object.hasOwn(known, field));
	forms.set(key, known);
	const node = asText(known.node_id);
	if (node === undefined) return;
	const keys = formsOfNode.get(node) ?? new Set();
	formsOfNode.set(node, keys.add(key));
}

/** A form was filled or has expired: it does not wait any more. */
export function closeForms({ forms, formsOfNode }: RunState, nodeId: string | undefined): void {
	if (nodeId === undefined) return;
	for (const key of formsOfNode.get(nodeId) ?? []) forms.delete(key);
	formsOfNode.delete(nodeId);
}
