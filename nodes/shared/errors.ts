import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { IDataObject, INode, INodeExecutionData, JsonObject } from 'n8n-workflow';

/** n8n's own vocabulary for the cause of a failure; it steers back-off and what the editor shows. */
export type FailureCause = NonNullable<NodeApiError['failure']>;

/** A failure in words: what happened, what to do, the API's own code, and what was received before it. */
export interface Problem {
	/** What happened, one sentence. */
	message: string;
	/** What to do about it. */
	description?: string;
	/** HTTP status, or the system's code of a network failure such as `ECONNREFUSED`. */
	httpCode?: string;
	/** The API's own code and message, ids and partial text: shown under "Error details", kept by Continue On Fail. */
	details?: IDataObject;
	failure?: FailureCause;
}

/** Makes the error that n8n shows for a {@link Problem}. */
export function problemError(node: INode, problem: Problem, itemIndex?: number): NodeApiError {
	const { message, description, httpCode, details, failure } = problem;
	const source: JsonObject = { message };
	const error = new NodeApiError(node, source, {
		message,
		description,
		httpCode,
		itemIndex,
		failure,
	});
	// NodeApiError replaces messages that go with some codes by general ones; ours say more.
	error.message = message;
	error.description = description;
	if (details) error.context.data = details;
	return error;
}

/** Any thrown value as an n8n error that names the item it belongs to. An n8n error stays itself. */
export function asNodeError(
	node: INode,
	error: unknown,
	itemIndex: number,
): NodeApiError | NodeOperationError {
	if (error instanceof NodeApiError || error instanceof NodeOperationError) {
		error.context.itemIndex ??= itemIndex;
		return error;
	}
	const cause = error instanceof Error ? error : new Error(String(error));
	return new NodeOperationError(node, cause, { itemIndex });
}

/**
 * The item that stands for a failed one under Continue On Fail: only the keys that n8n's error
 * output recognises, so it takes the error branch with everything received before the failure.
 */
export function errorItem(
	error: NodeApiError | NodeOperationError,
	itemIndex: number,
): INodeExecutionData {
	const details = error.context.data as IDataObject | undefined;
	return {
		json: {
			error: error.message,
			...(error.description ? { message: error.description } : {}),
			...(details ? { details } : {}),
		},
		pairedItem: { item: itemIndex },
	};
}

/**
 * The same item for a node with an error output. n8n 1.x sends an item with details there only when
 * the item has an `error` beside its `json`, and then every n8n puts that error's message in the
 * place of the whole `json`, unless the copy that it has made in between lacks the `error`: so it is
 * not enumerable.
 */
export function markFailed(
	item: INodeExecutionData,
	error: NodeApiError | NodeOperationError,
): INodeExecutionData {
	return Object.defineProperty(item, 'error', { value: error, enumerable: false });
}

/**
 * The text with every occurrence of a secret blanked, also where the secret is URL-encoded or
 * decoded, or its signs are escaped as in web pages or in JSON inside of a text.
 */
export function redact(text: string, secrets: string[]): string {
	return secrets
		.flatMap((secret) => [secret, encodeURIComponent(secret), decoded(secret)])
		.filter((secret) => secret.length >= 4)
		.reduce((clean, secret) => clean.replace(anySpelling(secret), '***'), text);
}

function anySpelling(secret: string): RegExp {
	return new RegExp([...secret].map(spellings).join(''), 'gu');
}

/** The pattern of one sign: letters and digits are escaped by nobody. */
function spellings(sign: string): string {
	if (/[a-z\d]/i.test(sign)) return sign;
	const code = sign.codePointAt(0) ?? 0;
	const hex = code
		.toString(16)
		.padStart(2, '0')
		.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
	const plain = `\\\\*\\u{${code.toString(16)}}`;
	return `(?:${plain}|\\\\+u0*${hex}|%(?:25)*${hex}|&#(?:0*${code}|[xX]0*${hex});)`;
}

function decoded(secret: string): string {
	try {
		return decodeURIComponent(secret);
	} catch {
		return secret;
	}
}

/** {@link redact} over every text of a problem. */
export function redactProblem(problem: Problem, secrets: string[]): Problem {
	if (secrets.length === 0) return problem;
	return redactValue(problem, secrets) as Problem;
}

/** {@link redact} over every text in a value of any shape; gives a copy. */
export function redactValue(value: unknown, secrets: string[]): unknown {
	if (typeof value === 'string') return redact(value, secrets);
	if (Array.isArray(value)) return value.map((entry) => redactValue(entry, secrets));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, entry]) => [key, redactValue(entry, secrets)]),
	);
}
