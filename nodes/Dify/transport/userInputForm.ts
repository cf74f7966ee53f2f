import type { Caller } from '../../shared/client';
import { asObject, asText, objectsIn } from '../../shared/values';
import { dify } from './dify';

/** A control of the form that an app asks its users to fill in. */
export interface FormControl {
	/**
	 * `text-input`, `paragraph`, `select`, `number`, `checkbox`, `file` or `file-list`; newer servers
	 * have more.
	 */
	kind: string;
	/** The name of the input variable. */
	variable: string;
	/** What the user sees; the variable if there is nothing else. */
	label: string;
	required: boolean;
	/** The choices of a `select`. */
	options: string[];
	/** Missing if it is empty. */
	default?: unknown;
}

/**
 * The input form of the app (GET /parameters, `user_input_form`); without what is not a control.
 *
 * @throws ChatflowError if the request fails.
 */
export async function readUserInputForm(caller: Caller): Promise<FormControl[]> {
	const { user_input_form: form } = asObject(await dify(caller).get('/parameters'));
	return objectsIn(form).flatMap((entry) =>
		Object.entries(entry).flatMap(([kind, control]) => controlOf(kind, control)),
	);
}

/** Each entry of the form is an object with one key, the kind of the control. */
function controlOf(kind: string, given: unknown): FormControl[] {
	const { variable: name, label, required, options, default: value } = asObject(given);
	const variable = asText(name);
	if (variable === undefined) return [];
	const control = {
		kind,
		variable,
		label: asText(label) ?? variable,
		required: required === true,
		options: Array.isArray(options) ? options.map(String) : [],
	};
	const hasDefault = value !== null && value !== undefined && value !== '';
	return [hasDefault ? { ...control, default: value } : control];
}
