import type { IDataObject } from 'n8n-workflow';

/** What a field must be; a list means one of them. */
type Kind = 'string' | 'number' | 'boolean' | 'object' | 'array' | 'null' | 'any';
export type Shape = Record<string, Kind | Kind[]>;

function kindOf(value: unknown): Kind {
	if (value === null) return 'null';
	if (Array.isArray(value)) return 'array';
	return typeof value as Kind;
}

/** @throws Error that lists every field that is missing or of another kind. */
export function assertShape(value: unknown, shape: Shape, what = 'the item'): void {
	if (kindOf(value) !== 'object') throw new Error(`${what} is ${kindOf(value)}, not an object`);
	const record = value as IDataObject;
	const wrong = Object.entries(shape).flatMap(([field, expected]) => {
		if (!(field in record)) return [`${field} is missing`];
		const kinds = [expected].flat();
		const kind = kindOf(record[field]);
		return kinds.includes('any') || kinds.includes(kind) ? [] : [`${field} is ${kind}`];
	});
	if (wrong.length > 0) throw new Error(`${what}: ${wrong.join(', ')}`);
}

/** @throws Error unless the values are the same as JSON. */
export function assertSame(actual: unknown, expected: unknown, what: string): void {
	const [left, right] = [actual, expected].map((value) => JSON.stringify(value) ?? 'undefined');
	if (left !== right) throw new Error(`${what} is ${cut(left)}, not ${cut(right)}`);
}

/** @throws Error with this message unless the condition holds. */
export function assert(condition: unknown, message: string): asserts condition {
	if (!condition) throw new Error(message);
}

function cut(text = ''): string {
	return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/** What Chat > Send gives in the mode "Aggregated", streaming or blocking. */
export const DIFY_ANSWER: Shape = {
	event: 'string',
	task_id: 'string',
	id: 'string',
	message_id: 'string',
	conversation_id: 'string',
	mode: ['string', 'null'],
	answer: 'string',
	metadata: 'object',
	created_at: 'number',
	workflow_run_id: ['string', 'null'],
	status: 'string',
	outputs: 'object',
	files: 'array',
	elapsed_time: ['number', 'null'],
	total_tokens: ['number', 'null'],
	total_steps: ['number', 'null'],
	nodes: 'array',
};

/** One item of the mode "Per Node". */
export const DIFY_NODE: Shape = {
	id: 'string',
	node_id: 'string',
	node_type: 'string',
	title: 'string',
	index: 'number',
	inputs: ['object', 'null'],
	outputs: ['object', 'null'],
	status: 'string',
	elapsed_time: 'number',
	created_at: 'number',
	finished_at: ['number', 'null'],
	answer: 'string',
	conversation_id: 'string',
	message_id: 'string',
	task_id: 'string',
	workflow_run_id: 'string',
};

export const DIFY_FORM: Shape = {
	form_id: 'string',
	form_token: ['string', 'null'],
	form_content: 'string',
	inputs: 'array',
	actions: 'array',
};

/** What Chatflow > Run and Submit Upload give in the mode "Aggregated". */
export const CYBERTRON_ANSWER: Shape = {
	answer: 'string',
	dialog_id: ['string', 'null'],
	segment_code: ['string', 'null'],
	task_id: ['string', 'null'],
	session_id: ['string', 'null'],
	flow_uuid: ['string', 'null'],
	flow_name: ['string', 'null'],
	waiting_input: 'boolean',
	flow_ended: 'boolean',
	entities: 'object',
	variables: 'object',
	nodes: 'array',
	rounds: 'array',
};

export const CYBERTRON_ROUND: Shape = {
	question: 'string',
	answer: 'string',
	dialog_id: ['string', 'null'],
	waiting_input: 'boolean',
	flow_ended: 'boolean',
};

export const CYBERTRON_NODE: Shape = {
	node_id: 'string',
	node_type: ['string', 'null'],
	node_title: ['string', 'null'],
	answer: 'string',
	entities: 'object',
	variables: 'object',
	round: 'number',
	dialog_id: ['string', 'null'],
	segment_code: ['string', 'null'],
	flow_uuid: ['string', 'null'],
};
