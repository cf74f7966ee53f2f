import type { IDataObject } from 'n8n-workflow';

import { asText, isObject } from '../../shared/objects';
import type { DifyEvent } from './event';
import type { ChatState } from './state';

/** A form that a human is to fill (facts 3.5; `form_token` is null when it goes out by e-mail only). */
export function onFormRequired(state: ChatState, { data }: DifyEvent): void {
	addForm(state, data);
}

/** A form was filled or has expired: it does not wait any more. */
export function onFormClosed(state: ChatState, { data }: DifyEvent): void {
	const nodeId = asText(data.node_id);
	for (const [key, form] of state.forms) {
		if (nodeId !== undefined && asText(form.node_id) === nodeId) state.forms.delete(key);
	}
}

/** The run waits for a human. The forms are told once more among the reasons. */
export function onPaused(state: ChatState, { data }: DifyEvent): void {
	state.paused = data;
	const reasons = Array.isArray(data.reasons) ? data.reasons : [];
	for (const reason of reasons) {
		if (!isObject(reason) || !('form_id' in reason)) continue;
		const { TYPE: _type, ...form } = reason;
		addForm(state, form);
	}
}

/** Takes a form in, once. What is known of it already is kept, and completed. */
export function addForm(state: ChatState, form: IDataObject): void {
	const key = asText(form.form_id) ?? asText(form.node_id) ?? '';
	state.forms.set(key, { ...form, ...state.forms.get(key) });
}
