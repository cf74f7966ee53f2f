import type { Caller } from '../../shared/client';
import type { Item } from '../../shared/item';
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
	/** Characters of a text, files of a list; servers give one to other kinds, too, without a meaning. */
	maxLength?: number;
	/** The kinds of files that a `file` or `file-list` takes. */
	fileTypes: string[];
}

/** What an app asks its users for. */
export interface AppForm {
	controls: FormControl[];
	/** Whether files may be sent along with a message; if not, the server ignores them. */
	takesFiles: boolean;
	/** Whether Dify may change or withdraw what the app has said. */
	isModerated: boolean;
}

/** For what is nice to know: a check must not hold up the message. */
export const QUICK = {
	timeoutMs: 5_000,
	retryDelays: { neverConnected: [], refused: [], passing: [] },
};

/**
 * What the app asks for, read once per execution and credential.
 *
 * @throws ChatflowError if the request fails.
 */
export async function appForm(item: Item, options: Partial<typeof QUICK> = {}): Promise<AppForm> {
	return await item.once('appForm', async () => await readAppForm(item, options));
}

/**
 * The input form of the app (GET /parameters); without what is not a control.
 *
 * @throws ChatflowError if the request fails.
 */
export async function readAppForm(
	caller: Caller,
	options: Partial<typeof QUICK> = {},
): Promise<AppForm> {
	const call = { method: 'GET' as const, path: '/parameters', ...options };
	const {
		user_input_form: form,
		file_upload: upload,
		sensitive_word_avoidance: moderation,
	} = asObject(await dify(caller).request(call));
	return {
		controls: objectsIn(form).flatMap((entry) =>
			Object.entries(entry).flatMap(([kind, control]) => controlOf(kind, control)),
		),
		takesFiles: asObject(upload).enabled === true,
		isModerated: asObject(moderation).enabled === true,
	};
}

/** Each entry of the form is an object with one key, the kind of the control. */
function controlOf(kind: string, given: unknown): FormControl[] {
	const control = asObject(given);
	const { label, required, options, default: value, max_length: maxLength } = control;
	const variable = asText(control.variable);
	if (variable === undefined) return [];
	return [
		{
			kind,
			variable,
			label: asText(label) ?? variable,
			required: required === true,
			options: texts(options),
			fileTypes: texts(control.allowed_file_types),
			...(typeof maxLength === 'number' && maxLength > 0 ? { maxLength } : {}),
			...(value !== null && value !== undefined && value !== '' ? { default: value } : {}),
		},
	];
}

function texts(list: unknown): string[] {
	return Array.isArray(list) ? list.map(String) : [];
}
