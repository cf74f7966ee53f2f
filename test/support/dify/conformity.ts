import completionTable from '../../fixtures/dify/completionRequests.json';
import knowledgeTable from '../../fixtures/dify/knowledgeRequests.json';
import table from '../../fixtures/dify/requests.json';
import workflowTable from '../../fixtures/dify/workflowRequests.json';

/** A request as the simulator recorded it. */
export interface SentRequest {
	method: string;
	path: string;
	query: Record<string, string>;
	headers: Record<string, string>;
	body: unknown;
}

/** What the specification says of one value. */
interface Rule {
	type?: string;
	format?: string;
	enum?: unknown[];
	nullable?: boolean;
	minimum?: number;
	maximum?: number;
	minLength?: number;
	maxLength?: number;
	required?: boolean;
	items?: Rule;
	fields?: Record<string, Rule>;
}

type Rules = Record<string, Rule>;

interface Endpoint {
	path?: Rules;
	query?: Rules;
	body?: { contentType: string; required: boolean; fields: Rules };
}

function endpointsOf(calls: object) {
	return Object.entries(calls as Record<string, Endpoint>).map(([key, endpoint]) => {
		const [method = '', path = ''] = key.split(' ');
		const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
		return { key, method, pattern: patternOf(path), names, endpoint };
	});
}

const CHATFLOW = endpointsOf(table);
const KNOWLEDGE = endpointsOf(knowledgeTable);
const WORKFLOW = endpointsOf(workflowTable);
const COMPLETION = endpointsOf(completionTable);

/** `/datasets/tags` is not `/datasets/{dataset_id}`: paths with fewer ids come first. */
const ENDPOINTS = [...CHATFLOW, ...KNOWLEDGE, ...WORKFLOW, ...COMPLETION].sort(
	(left, right) => left.names.length - right.names.length,
);

/** Names of every call of the Chatflow API: `METHOD /path`. */
export const CALLS = CHATFLOW.map(({ key }) => key);

/** The same of Workflow apps, beside those that they share with Chatflows. */
export const WORKFLOW_CALLS = WORKFLOW.map(({ key }) => key);

/** The same of Completion apps. */
export const COMPLETION_CALLS = COMPLETION.map(({ key }) => key);

/** The same of knowledge. */
export const KNOWLEDGE_CALLS = KNOWLEDGE.map(({ key }) => key);

function patternOf(path: string): RegExp {
	return new RegExp(`^/v1${path.replace(/\{\w+\}/g, '([^/]+)')}$`);
}

/** The call of the specification that a request is, or `undefined`. */
export function callOf({ method, path }: Pick<SentRequest, 'method' | 'path'>): string | undefined {
	return find(method, path)?.key;
}

function find(method: string, path: string) {
	return ENDPOINTS.find((entry) => entry.method === method && entry.pattern.test(path));
}

/** In what a request deviates from the specification; empty when it conforms. */
export function deviations(request: SentRequest): string[] {
	const found = find(request.method, request.path);
	if (!found) return [`${request.method} ${request.path} is no call of the specification`];
	const values = found.pattern.exec(request.path)?.slice(1) ?? [];
	const path = Object.fromEntries(
		found.names.map((name, i) => [name, decodeURIComponent(values[i] ?? '')]),
	);
	const problems = [
		...checkFields('path', path, found.endpoint.path ?? {}, true),
		...checkFields('query', request.query, found.endpoint.query ?? {}, true),
		...checkBody(request, found.endpoint.body),
		...checkAuth(request),
	];
	return problems.map((problem) => `${found.key}: ${problem}`);
}

function checkAuth({ headers }: SentRequest): string[] {
	return /^Bearer \S+$/.test(headers.authorization ?? '') ? [] : ['no bearer key'];
}

function checkBody(request: SentRequest, expected: Endpoint['body']): string[] {
	const { body, headers } = request;
	if (!expected) return body === undefined ? [] : ['a body that the specification does not know'];
	if (body === undefined) return expected.required ? ['the body is missing'] : [];
	const contentType = headers['content-type'] ?? '';
	if (!contentType.startsWith(expected.contentType)) return [`content type ${contentType}`];
	if (expected.contentType !== 'multipart/form-data') {
		return checkFields('body', body, expected.fields, false);
	}
	const form = body as { fields: Record<string, string>; files: Array<{ field: string }> };
	const files = Object.fromEntries(form.files.map(({ field }) => [field, '']));
	return checkFields('form', { ...form.fields, ...files }, expected.fields, true);
}

/** `asText`: values are texts that must read as the type says (paths, queries, forms). */
function checkFields(where: string, given: unknown, rules: Rules, asText: boolean): string[] {
	if (typeof given !== 'object' || given === null || Array.isArray(given)) {
		return [`${where} is no object`];
	}
	const fields = given as Record<string, unknown>;
	const unknown = Object.keys(fields).filter((name) => !(name in rules));
	const missing = Object.keys(rules).filter((name) => rules[name]?.required && !(name in fields));
	return [
		...unknown.map((name) => `${where}.${name} is not in the specification`),
		...missing.map((name) => `${where}.${name} is missing`),
		...Object.entries(fields).flatMap(([name, value]) =>
			checkValue(`${where}.${name}`, value, rules[name] ?? {}, asText),
		),
	];
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const FORMATS: Record<string, RegExp> = {
	uuid: UUID,
	'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
	url: /^https?:\/\//,
};
const TEXTS: Record<string, RegExp> = {
	integer: /^-?\d+$/,
	number: /^-?\d+(\.\d+)?$/,
	boolean: /^(true|false)$/,
};
const KINDS: Record<string, (value: unknown) => boolean> = {
	string: (value) => typeof value === 'string',
	boolean: (value) => typeof value === 'boolean',
	integer: (value) => Number.isInteger(value),
	number: (value) => typeof value === 'number',
	array: (value) => Array.isArray(value),
	object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

function checkValue(name: string, value: unknown, rule: Rule, asText: boolean): string[] {
	if (value === null && rule.nullable) return [];
	const { type } = rule;
	const readable =
		type === undefined ||
		(asText ? (TEXTS[type]?.test(String(value)) ?? true) : KINDS[type]?.(value));
	if (!readable) return [`${name} is not of type ${type}: ${JSON.stringify(value)}`];
	if (rule.items && Array.isArray(value)) {
		const { fields } = rule.items;
		return value.flatMap((entry, i) =>
			fields
				? checkFields(`${name}[${i}]`, entry, fields, false)
				: checkValue(`${name}[${i}]`, entry, rule.items ?? {}, false),
		);
	}
	return checkLimits(name, value, rule);
}

function checkLimits(name: string, value: unknown, rule: Rule): string[] {
	const text = String(value);
	const number = Number(value);
	const wrong =
		(rule.enum && !rule.enum.includes(value) && 'not one of its values') ||
		(rule.format && FORMATS[rule.format]?.test(text) === false && `no ${rule.format}`) ||
		(rule.minimum !== undefined && number < rule.minimum && 'too small') ||
		(rule.maximum !== undefined && number > rule.maximum && 'too large') ||
		(rule.minLength !== undefined && text.length < rule.minLength && 'too short') ||
		(rule.maxLength !== undefined && text.length > rule.maxLength && 'too long');
	return wrong ? [`${name} is ${wrong}: ${text}`] : [];
}
