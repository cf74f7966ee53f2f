import type { IDataObject, INodeProperties, IPollFunctions } from 'n8n-workflow';

import type { WaitUntil } from '../../../Cybertron/offlineFile/status';
import { isFinalStatus, statusOf, toStatusItem } from '../../../Cybertron/offlineFile/status';
import { fileStatus } from '../../../Cybertron/transport/offlineFile';
import { ChatflowError, invalidValue } from '../../../shared/errors';
import { causeOf, isPassing } from '../../errorKind';
import type { PollCaller } from '../../pollCaller';
import { startField } from '../../start';
import type { TriggerEvent } from '../event';
import { SAMPLE_SIZE } from '../event';
import type { FileCursor, FileStatus } from './cursor';
import {
	advance,
	diff,
	fileCursor,
	idWithLostDigits,
	isFileCursor,
	MAX_FILES,
	nextFiles,
	parseIds,
	withFiles,
} from './cursor';

/** If there are more files, they take turns. */
const MAX_FILES_PER_POLL = 100;
const MAX_REQUESTS_AT_ONCE = 5;

const fields: INodeProperties[] = [
	{
		displayName:
			'Watches the files whose IDs you enter here. A trigger cannot see the IDs that other nodes of its workflow produce. To use a result right after the upload, turn on Wait for Result in Cybertron > Offline File > Upload.',
		name: 'offlineFileNotice',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'File IDs',
		name: 'fileIds',
		type: 'string',
		typeOptions: { rows: 3 },
		default: '',
		placeholder: 'e.g. 1042, 1043',
		description:
			'The file IDs that Upload returned, separated by commas, blanks or line breaks, or an expression that returns a list. An ID that is added later reports its status at once.',
		required: true,
	},
	{
		displayName: 'Emit On',
		name: 'emitOn',
		type: 'options',
		options: [
			{ name: 'Every Change', value: 'change', description: 'Each time the status changes' },
			{
				name: 'Final Status',
				value: 'final',
				description: 'Once, when the file has succeeded or failed',
			},
		],
		default: 'final',
		description: 'Which changes of status start the workflow',
	},
	{
		displayName: 'Wait Until',
		name: 'waitUntil',
		type: 'options',
		options: [
			{ name: 'File Is Parsed', value: 'parsing', description: 'For uploads that run no flow' },
			{
				name: 'Flow Has Ended',
				value: 'flow',
				description: 'The file has been parsed and the flow has run',
			},
		],
		default: 'flow',
		description: 'When a file counts as succeeded; its status is not checked any more after that',
	},
	startField,
];

interface FileRecord extends FileStatus {
	data: IDataObject;
}

/** Changes of the status of files that were uploaded to a Cybertron flow. */
export const offlineFileStatus: TriggerEvent<FileCursor> = {
	fields,
	credential: 'cybertronApi',
	// Which files have ended depends on it.
	scope: (context) => ({ waitUntil: waitUntil(context) }),
	isCursor: isFileCursor,

	begin: async (poll, start) => {
		const ids = fileIds(poll.context);
		if (start !== 'now') return fileCursor(ids);
		// Files that there is no time for now report their status when they are first asked for.
		const { asked, read, error } = await readStatuses(poll, ids);
		if (error !== undefined && read.length === 0) throw error;
		return advance(fileCursor(ids), asked, read);
	},

	collect: async (poll, before) => {
		const cursor = withFiles(before, fileIds(poll.context));
		const { asked, read, error } = await readStatuses(poll, nextFiles(cursor, MAX_FILES_PER_POLL));
		const onlyFinal = poll.context.getNodeParameter('emitOn', 'final') === 'final';
		const emitted = diff(cursor, read).filter(({ isFinal }) => isFinal || !onlyFinal);
		return { items: emitted.map(toItem), cursor: advance(cursor, asked, read), error };
	},

	sample: async (poll) => {
		const { read, error } = await readStatuses(poll, fileIds(poll.context).slice(0, SAMPLE_SIZE));
		if (error !== undefined && read.length === 0) throw error;
		return read.map(toItem);
	},
};

function waitUntil(context: IPollFunctions): WaitUntil {
	return context.getNodeParameter('waitUntil', 'flow') as WaitUntil;
}

/** @throws ChatflowError if there are none, or too many, or one is wrong. */
function fileIds(context: IPollFunctions): string[] {
	const given = context.getNodeParameter('fileIds', '');
	const wrong = idWithLostDigits(given);
	if (wrong !== undefined) {
		throw invalidValue(
			`The file ID ${wrong} has lost digits`,
			'Enter long IDs as text, in quotes: as a number they are not exact',
		);
	}
	const ids = parseIds(given);
	if (ids.length === 0) {
		throw invalidValue('File IDs is empty', 'Fill in the IDs of the files to watch');
	}
	if (ids.length <= MAX_FILES) return ids;
	throw invalidValue(
		`There are ${ids.length} file IDs`,
		`Watch at most ${MAX_FILES}, or use several triggers`,
	);
}

interface StatusesRead {
	asked: string[];
	read: FileRecord[];
	/** Why a status could not be read, unless that passes and others could be. */
	error?: Error;
}

/**
 * Asks for the status of files, a few at the same time. Ends early if the time is up, or if the
 * server fails for all of those few.
 *
 * @throws ChatflowError if the credential is refused.
 */
async function readStatuses(poll: PollCaller, ids: string[]): Promise<StatusesRead> {
	const asked: string[] = [];
	const read: FileRecord[] = [];
	const failed: Error[] = [];
	while (asked.length < ids.length && !poll.isOver) {
		const batch = ids.slice(asked.length, asked.length + MAX_REQUESTS_AT_ONCE);
		const results = await Promise.allSettled(batch.map(async (id) => await readStatus(poll, id)));
		asked.push(...batch);
		read.push(...results.flatMap((result) => (result.status === 'fulfilled' ? result.value : [])));
		const errors = results.flatMap((result) =>
			result.status === 'rejected' ? [result.reason as Error] : [],
		);
		const refused = errors.find((error) => causeOf(error) === 'credential-invalid');
		if (refused !== undefined) throw refused;
		failed.push(...errors);
		if (errors.length === batch.length && errors.every(isPassing)) break;
	}
	const lasting = failed.find((error) => !isPassing(error));
	return { asked, read, error: lasting ?? (read.length === 0 ? failed[0] : undefined) };
}

async function readStatus(poll: PollCaller, id: string): Promise<FileRecord> {
	const data = await fileStatus(poll, id);
	const status = statusOf(data) || 0;
	// A response that says nothing must not count as a change.
	if (status === 0) {
		throw new ChatflowError({
			message: 'The Cybertron server gave no status for the file',
			description: 'Check the file ID, and the Base URL in the credential',
			details: { file_id: id, data },
		});
	}
	return { id, status, isFinal: isFinalStatus(data, waitUntil(poll.context)), data };
}

function toItem({ id, status, data }: FileRecord): IDataObject {
	return { event_id: `${id}:${status}`, ...toStatusItem({ file_id: id, ...data }) };
}
