import { randomUUID } from 'node:crypto';

/** Produces the ids a server hands out. */
export interface IdSource {
	/** A growing 19-digit decimal text that no double can print. */
	nextDialogId(): string;
	/** 32 hex digits, as in the acknowledgement with index -2. */
	nextTaskId(): string;
	/** A session id or a segment code. */
	nextUuid(): string;
	/** Offline file ids are small growing integers. */
	nextFileId(): number;
}

const FIRST_DIALOG_ID = 1858406156273270785n;
const DIALOG_ID_STEP = 1000003n;

/** Creates an id source; every id occurs once in its life. */
export function createIdSource(): IdSource {
	let dialogId = FIRST_DIALOG_ID;
	let fileId = 5;
	return {
		nextDialogId() {
			do dialogId += DIALOG_ID_STEP;
			while (String(Number(dialogId)) === String(dialogId));
			return String(dialogId);
		},
		nextTaskId: () => randomUUID().replaceAll('-', ''),
		nextUuid: () => randomUUID(),
		nextFileId: () => (fileId += 1),
	};
}
