import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { IDataObject, INode, INodeExecutionData } from 'n8n-workflow';

import type { Redact } from './redact';
import { withoutBeginning } from './redact';

/** n8n's own vocabulary for the cause of a failure; it steers back-off and what the editor shows. */
export type FailureCause = NonNullable<NodeApiError['failure']>;

/** An error in words: what happened, what to do about it, and what was received before it. */
export interface ErrorInfo {
	/** What happened, one sentence. */
	message: string;
	/** What to do about it. */
	description?: string;
	/** HTTP status. */
	httpCode?: string;
	/** The API's own code and message, ids and partial text: shown under "Error details", kept by Continue On Fail. */
	details?: IDataObject;
	/**
	 * A page that came in the place of a response. Its start is shown as `body` of the details; it is
	 * cut after the secrets are blanked, so that no part of one is left.
	 */
	page?: string;
	failure?: FailureCause;
	/** Whether the values of the node are wrong, and no service has failed. */
	isInvalidValue?: boolean;
}

/** How a request failed, as far as it matters for sending it again. */
export interface FailedAttempt {
	/** The HTTP status, if there was a response. */
	status?: number;
	/** The system's code, such as `ECONNREFUSED`, if there was none. */
	network?: string;
	/** What the server said about when to come back, in seconds. */
	retryAfter?: string;
}

/** The one error of this package. {@link toNodeError} makes n8n's error of it. */
export class ChatflowError extends Error {
	constructor(
		readonly info: ErrorInfo,
		readonly attempt: FailedAttempt = {},
	) {
		super(info.message);
	}
}

/** An error in the values of the node: what is wrong, and how to put it right. */
export function invalidValue(message: string, description: string): ChatflowError {
	return new ChatflowError({ message, description, isInvalidValue: true });
}

/** How much of a page that is not the service's is shown. */
const MAX_PAGE_CHARACTERS = 500;
/** How much of what a server says is shown in the message of an error. */
const MAX_MESSAGE_CHARACTERS = 2_000;

type NodeError = NodeApiError | NodeOperationError;

/**
 * Any thrown value as the error that n8n shows, with its secrets blanked. Called in one place of each
 * entry to the package: the router, the poll, the pickers.
 *
 * @param itemIndex The input item that the error belongs to, if there are items.
 */
export function toNodeError(
	node: INode,
	error: unknown,
	redact: Redact,
	itemIndex?: number,
): NodeError {
	if (error instanceof NodeApiError || error instanceof NodeOperationError) {
		if (itemIndex !== undefined) error.context.itemIndex ??= itemIndex;
		return error;
	}
	if (!(error instanceof ChatflowError)) {
		const message = redact(error instanceof Error ? error.message : String(error));
		return new NodeOperationError(node, error instanceof Error ? error : message, {
			message,
			itemIndex,
		});
	}
	const info = cut(redact(error.info), redact);
	const nodeError = info.isInvalidValue
		? new NodeOperationError(node, info.message, { ...info, itemIndex })
		: apiError(node, info, itemIndex);
	if (info.details) nodeError.context.data = info.details;
	return nodeError;
}

/** Cut after the secrets are blanked: no part of one is left. The details keep the whole message. */
function cut({ page, ...given }: ErrorInfo, redact: Redact): ErrorInfo {
	const info = { ...given, message: given.message.slice(0, MAX_MESSAGE_CHARACTERS) };
	if (page === undefined) return info;
	// Only the start of a long page was read: it may end within a secret.
	const body = withoutBeginning(redact, page).slice(0, MAX_PAGE_CHARACTERS);
	return { ...info, details: { ...info.details, body } };
}

function apiError(node: INode, info: ErrorInfo, itemIndex?: number): NodeApiError {
	const { message, description, httpCode, failure } = info;
	const options = { message, description, httpCode, itemIndex, failure };
	const error = new NodeApiError(node, { message }, options);
	// NodeApiError replaces messages that go with some codes by general ones; ours say more.
	error.message = message;
	error.description = description;
	return error;
}

/**
 * The item that stands for a failed one under Continue On Fail: only the keys that n8n's error
 * output recognises, so it takes the error branch with everything received before the failure.
 */
export function errorItem(error: NodeError, itemIndex: number): INodeExecutionData {
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
 * The same item for a node with an error output. n8n 1.x sends an item with details there only if
 * the item has an `error` beside its `json`, and then every n8n puts that error's message in the
 * place of the whole `json`, unless the copy that it has made in between lacks the `error`: so it is
 * not enumerable.
 */
export function markFailed(item: INodeExecutionData, error: NodeError): INodeExecutionData {
	return Object.defineProperty(item, 'error', { value: error, enumerable: false });
}
