import type { IDataObject, INodeProperties, IPollFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import type { WaitUntil } from '../../Cybertron/stream/offlineFile';
import { isFinalStatus, statusOf, toStatusItem } from '../../Cybertron/stream/offlineFile';
import { cybertronError, cybertronRequest } from '../../Cybertron/transport/http';
import { asNodeError } from '../../shared/errors';
import type { FileCursor, FileStatus } from '../cursors/offlineFileStatus';
import {
	answered,
	FILE_LIMIT,
	fileCursor,
	idsIn,
	idWithLostDigits,
	isFileCursor,
	nextFiles,
	relisted,
} from '../cursors/offlineFileStatus';
import { causeOf, isPassing } from '../failure';
import type { PollSession } from '../session';
import { startField } from '../start';
import type { TriggerEvent } from './event';
import { SAMPLE_SIZE } from './event';

/** How many files are asked for in one poll; with more, they take turns. */
const FILES_PER_POLL = 100;

/** How many files are asked for at the activation; the status of others is reported when it is first read. */
const FILES_AT_START = 1000;

/** How many files are asked for at once. */
const AT_ONCE = 5;

const fields: INodeProperties[] = [
	{
		displayName:
			'Watches the files whose IDs you give here. IDs that other nodes of this workflow get are not known to its trigger. To use a result where the file is uploaded, turn on Wait for Result in Cybertron > Offline File > Upload.',
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
			'The file IDs that Upload returned, separated by commas, blanks or line breaks, or an expression that gives a list. An ID that is added later reports its status at once.',
		required: true,
	},
	{
		displayName: 'Emit On',
		name: 'emitOn',
		type: 'options',
		options: [
			{ name: 'Every Change', value: 'change', description: 'Each time the status is another one' },
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
				description: 'The file was parsed and the flow has run',
			},
		],
		default: 'flow',
		description: 'When a file has succeeded; from then on its status is asked for no more',
	},
	startField,
];

/** Changes of the status of uploaded files (3.4.2, facts 2.10). */
export const offlineFileStatus: TriggerEvent<FileCursor> = {
	fields,
	credential: 'cybertronApi',
	// Which files have ended depends on it.
	scope: (context) => ({ waitUntil: context.getNodeParameter('waitUntil', 'flow') }),

	isCursor: isFileCursor,

	begin: async (session, start) => {
		const ids = wantedIds(session.context);
		if (start.from === 'all') return fileCursor(ids);
		// A file whose status is not known from here on could change unseen before its turn comes.
		const { asked, answers, failure } = await askInTurn(session, ids.slice(0, FILES_AT_START));
		if (failure !== undefined) throw asNodeError(session.context.getNode(), failure, 0);
		return answered(fileCursor(ids), asked, answers).cursor;
	},

	collect: async (session, before) => {
		const cursor = relisted(before, wantedIds(session.context));
		const turn = await askInTurn(session, nextFiles(cursor, FILES_PER_POLL));
		const { changes, cursor: after } = answered(cursor, turn.asked, turn.answers);
		const onlyFinal = session.context.getNodeParameter('emitOn', 'final') === 'final';
		const given = changes.filter(({ isFinal }) => isFinal || !onlyFinal);
		return { items: given.map(toItem), cursor: after, failure: turn.failure };
	},

	sample: async (session) => {
		const ids = wantedIds(session.context).slice(0, SAMPLE_SIZE);
		const { answers, failure } = await askInTurn(session, ids);
		if (failure !== undefined) throw asNodeError(session.context.getNode(), failure, 0);
		return answers.map(toItem);
	},
};

interface FileAnswer extends FileStatus {
	data: IDataObject;
}

/** @throws NodeOperationError when there is none, when one is wrong, or when there are too many. */
function wantedIds(context: IPollFunctions): string[] {
	const given = context.getNodeParameter('fileIds', '');
	const ids = idsIn(given);
	const problem = problemOf(ids, idWithLostDigits(given));
	if (problem) throw new NodeOperationError(context.getNode(), problem.message, problem);
	return ids;
}

function problemOf(ids: string[], wrong?: number) {
	if (wrong !== undefined) {
		return {
			message: `The file ID ${wrong} has lost digits`,
			description: 'Give long IDs as text, in quotes: as a number they cannot be kept exactly',
		};
	}
	if (ids.length === 0) {
		return { message: 'File IDs is empty', description: 'Fill in the IDs of the files to watch' };
	}
	if (ids.length <= FILE_LIMIT) return undefined;
	return {
		message: `There are ${ids.length} file IDs`,
		description: `Watch at most ${FILE_LIMIT}, or use several triggers`,
	};
}

interface Turn {
	asked: string[];
	answers: FileAnswer[];
	/** Why no file at all could be asked for. */
	failure?: unknown;
}

/**
 * Asks for the status of files, some at once. Ends early when the time is up, or when the server fails
 * for all that were asked at once.
 *
 * @throws NodeApiError when the credential is refused.
 */
async function askInTurn(session: PollSession, ids: string[]): Promise<Turn> {
	const answers: FileAnswer[] = [];
	let failure: unknown;
	let done = 0;
	while (done < ids.length && !session.isOver()) {
		const batch = ids.slice(done, done + AT_ONCE);
		const results = await Promise.allSettled(batch.map(async (id) => await askFor(session, id)));
		done += batch.length;
		answers.push(
			...results.flatMap((result) => (result.status === 'fulfilled' ? result.value : [])),
		);
		const failures = results.flatMap((result) =>
			result.status === 'rejected' ? result.reason : [],
		);
		const refused = failures.find((error) => causeOf(error) === 'credential-invalid');
		if (refused) throw asNodeError(session.context.getNode(), refused, 0);
		failure ??= failures[0];
		if (failures.length === batch.length && failures.every(isPassing)) break;
	}
	return {
		asked: ids.slice(0, done),
		answers,
		failure: answers.length === 0 ? failure : undefined,
	};
}

async function askFor(session: PollSession, id: string): Promise<FileAnswer> {
	const data = await cybertronRequest(session.context, 0, {
		method: 'GET',
		path: '/openapi/v1/chatflow/get_offline_file_status/',
		qs: { file_id: id },
		timeoutMs: session.timeoutMs(),
	});
	const status = statusOf(data) || 0;
	if (status === 0) throw await noStatus(session, id, data);
	const until = session.context.getNodeParameter('waitUntil', 'flow') as WaitUntil;
	return { id, status, isFinal: isFinalStatus(data, until), data };
}

/** An answer that says nothing must not count as a change. */
async function noStatus(session: PollSession, id: string, data: IDataObject) {
	return await cybertronError(session.context, 0, {
		message: 'The Cybertron server gave no status for the file',
		description: 'Check the file ID, and the Base URL in the credential',
		details: { file_id: id, data },
	});
}

function toItem({ id, status, data }: FileAnswer): IDataObject {
	return { event_id: `${id}:${status}`, ...toStatusItem({ file_id: id, ...data }) };
}
