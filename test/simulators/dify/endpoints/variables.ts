import type { RequestContext } from '../context';
import { badRequest, DifyError, invalidParam, notFound } from '../errors';
import { pydanticMessage, pyStr } from '../python';
import type { Router } from '../router';
import { seconds, type ConversationVariable } from '../state';
import type { Dict } from '../types';
import { requireChatApp } from './chat';
import { requireConversation } from './conversations';

const MODEL = 'ConversationVariablesQuery';

/** `value` is Python's str(), not JSON. */
function variableItem(variable: ConversationVariable): Dict {
	return {
		id: variable.id,
		name: variable.name,
		value_type: variable.valueType,
		value: pyStr(variable.value),
		description: variable.description,
		created_at: seconds(variable.createdAt),
		updated_at: seconds(variable.updatedAt),
	};
}

function checkName(context: RequestContext): void {
	const name = context.query('variable_name');
	if (name === undefined) return;
	const fail = (problem: string, kind: string): never => {
		throw invalidParam(pydanticMessage(MODEL, 'variable_name', problem, kind, name));
	};
	if (name === '') fail('String should have at least 1 character', 'string_too_short');
	if (name.length > 255) fail('String should have at most 255 characters', 'string_too_long');
	if (!/^[A-Za-z0-9_.-]+$/.test(name)) {
		fail(
			'Value error, Variable name can only contain letters, numbers, hyphens (-), underscores (_), and periods (.)',
			'value_error',
		);
	}
	// The filter is a function that PostgreSQL does not have.
	throw new DifyError(
		500,
		'internal_server_error',
		'The server encountered an internal error and was unable to complete your request.',
	);
}

/**
 * Pages by `created_at >` the last one's: variables that were created together are skipped on
 * page 2.
 */
function list(context: RequestContext): void {
	const endUser = context.endUser('query');
	requireChatApp(context.app);
	const limit = context.integer(MODEL, 'limit', 20, 1, 100);
	checkName(context);
	const conversation = requireConversation(context, endUser);
	let variables = [...conversation.variables].sort((a, b) => a.createdAt - b.createdAt);
	const lastId = context.query('last_id');
	if (lastId) {
		const last = conversation.variables.find((variable) => variable.id === lastId);
		if (!last) throw badRequest('Last conversation variable does not exist.');
		variables = variables.filter((variable) => variable.createdAt > last.createdAt);
	}
	context.send(200, {
		limit,
		has_more: variables.length > limit,
		data: variables.slice(0, limit).map(variableItem),
	});
}

function segmentType(value: unknown): string {
	if (value === null || value === undefined) return 'none';
	if (Array.isArray(value)) {
		const kinds = new Set(
			value.map(segmentType).map((kind) => (isNumeric(kind) ? 'number' : kind)),
		);
		const [only] = kinds;
		return kinds.size === 1 && only ? `array[${only}]` : 'array[any]';
	}
	if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'float';
	return typeof value;
}

function isNumeric(kind: string): boolean {
	return kind === 'integer' || kind === 'float' || kind === 'number';
}

function fits(expected: string, value: unknown): boolean {
	const actual = segmentType(value);
	if (expected === 'number') return isNumeric(actual);
	if (expected.startsWith('array') && Array.isArray(value)) {
		return value.length === 0 || expected === 'array[any]' || expected === actual;
	}
	return expected === actual;
}

function update(context: RequestContext): void {
	const endUser = context.endUser('json');
	requireChatApp(context.app);
	const body = context.json();
	if (!('value' in body)) {
		throw invalidParam(
			pydanticMessage(
				'ConversationVariableUpdatePayload',
				'value',
				'Field required',
				'missing',
				body,
			),
		);
	}
	const conversation = requireConversation(context, endUser);
	const id = context.param('variable_id').toLowerCase();
	const variable = conversation.variables.find((entry) => entry.id === id);
	if (!variable) throw notFound('Conversation Variable Not Exists.');
	if (!fits(variable.valueType, body.value)) {
		throw badRequest(
			`Type mismatch: variable '${variable.name}' expects ${variable.valueType}, but got ${segmentType(body.value)} type`,
		);
	}
	variable.value = body.value;
	variable.updatedAt = Date.now();
	context.send(200, variableItem(variable));
}

export function addVariableRoutes(router: Router): void {
	const all = '/v1/conversations/{conversation_id:uuid}/variables';
	router
		.add({ method: 'GET', pattern: all, handler: list })
		.add({ method: 'PUT', pattern: `${all}/{variable_id:uuid}`, handler: update });
}
