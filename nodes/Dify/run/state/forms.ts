import type { IDataObject } from 'n8n-workflow';

import { asText } from '../../../shared/values';
import type { RunState } from './state';

/** Takes in a form that a human is to fill, once: what is known of it already is kept, and completed. */
export function addForm(state: RunState, form: IDataObject): void {
	const key = asText(form.form_id) ?? asText(form.node_id) ?? '';
	state.forms.set(key, { ...form, ...state.forms.get(key) });
}

/** A form was filled or has expired: it does not wait any more. */
export function closeForms(state: RunState, nodeId: string | undefined): void {
	for (const [key, form] of state.forms) {
		if (nodeId !== undefined && asText(form.node_id) === nodeId) state.forms.delete(key);
	}
}
