import type { ChatflowError } from '../../shared/errors';

/** So many failures in a row are no longer those of single documents. */
const MAX_IN_A_ROW = 3;

/** Tells failures of single documents from one that will hit all others, too. */
export interface StopRule {
	/** Why nothing more is to be tried; missing as long as the others may succeed. */
	readonly reason?: ChatflowError;
	succeeded(): void;
	failed(error: ChatflowError): void;
}

export function stopRule(): StopRule {
	let inARow = 0;
	let reason: ChatflowError | undefined;
	return {
		get reason() {
			return reason;
		},
		succeeded: () => {
			inARow = 0;
		},
		failed: (error) => {
			if (isOfDocument(error)) return;
			inARow += 1;
			if (hitsAll(error) || inARow >= MAX_IN_A_ROW) reason ??= error;
		},
	};
}

function isOfDocument({ info, attempt: { status } }: ChatflowError): boolean {
	return info.isInvalidValue === true || status === 400 || status === 413 || status === 415;
}

/** The key, the knowledge base, the limit of the plan, or the user who stops the execution. */
function hitsAll({ attempt: { status = 0, network } }: ChatflowError): boolean {
	return [401, 403, 404].includes(status) || network === 'ERR_CANCELED';
}
