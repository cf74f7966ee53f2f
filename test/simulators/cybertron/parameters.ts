import { isJsonObject, type JsonObject } from './steps';

/** Type checks for request fields, so that a client's slips do not pass unnoticed. */

type Check = (value: unknown) => boolean;

const isString: Check = (value) => typeof value === 'string';
const isArray: Check = (value) => Array.isArray(value);
const oneOf =
	(...allowed: unknown[]): Check =>
	(value) =>
		allowed.includes(value);

/** Fields of the dialog calls and their types; all are optional here. */
const CHECKS: Record<string, Check> = {
	question: isString,
	segment_code: isString,
	'extra-header': isString,
	'extra-body': isString,
	message_source: isString,
	dialog_id: isString,
	open_flow_trigger: oneOf('auto', 'direct'),
	open_flow_uuid: isString,
	open_flow_node_uuid: isString,
	open_flow_node_inputs: isJsonObject,
	open_flow_debug: oneOf(0, 1),
	message_params: isArray,
	chat_history: isArray,
	tip_message_extra: isString,
	tip_message_params: isJsonObject,
	model_params: isJsonObject,
	welcome: isString,
	type: oneOf('upload'),
	upload_payload: isJsonObject,
};

/** The name of the first field whose value has the wrong type, if any. */
export function invalidField(body: JsonObject): string | undefined {
	return Object.keys(CHECKS).find((name) => name in body && CHECKS[name]?.(body[name]) === false);
}
