import { randomUUID } from 'node:crypto';
import { wholeSecond } from '../postgres';
import type { Conversation, Message, RunRecord, WorkflowLog } from '../state';
import type { Dict } from '../types';
import type { RunSession } from './session';

/** The row that run detail shows; for a Chatflow its inputs include the system variables. */
export function newRunRecord(run: RunSession): RunRecord {
	const { endUser, conversation, inputs, workflowId } = run.request;
	return {
		id: run.id,
		taskId: run.taskId,
		appId: run.app.id,
		endUserId: endUser.id,
		conversationId: conversation?.id ?? null,
		messageId: conversation ? run.messageId : null,
		workflowId,
		status: 'running',
		inputs: conversation ? { ...inputs, ...systemInputs(run, conversation) } : inputs,
		outputs: {},
		error: null,
		totalSteps: 0,
		totalTokens: 0,
		exceptionsCount: 0,
		createdAt: run.createdAt,
		finishedAt: null,
	};
}

/** The `sys.` variables of a Chatflow run. */
function systemInputs(run: RunSession, conversation: Conversation): Dict {
	const { endUser, query, files, workflowId } = run.request;
	return {
		'sys.query': query,
		'sys.files': files.map((file) => ({
			dify_model_identity: '__dify__file__',
			id: file.id,
			type: file.type,
			transfer_method: file.transferMethod,
			filename: file.filename,
			mime_type: file.mimeType,
			size: file.size,
			related_id: file.uploadFileId,
			url: file.url,
		})),
		'sys.conversation_id': conversation.id,
		'sys.user_id': endUser.sessionId,
		'sys.dialogue_count': conversation.messageIds.length,
		'sys.app_id': run.app.id,
		'sys.workflow_id': workflowId,
		'sys.workflow_run_id': run.id,
	};
}

/** The message row as it is while the answer is being made. */
export function newMessage(run: RunSession, conversation: Conversation): Message {
	const { endUser, query, inputs, files } = run.request;
	return {
		id: run.messageId,
		appId: run.app.id,
		conversationId: conversation.id,
		endUserId: endUser.id,
		parentMessageId: conversation.messageIds.at(-1) ?? null,
		taskId: run.taskId,
		workflowRunId: run.hasWorkflow ? run.id : null,
		query,
		inputs,
		answer: '',
		status: 'normal',
		error: null,
		files,
		retrieverResources: [],
		agentThoughts: [],
		extraContents: [],
		createdAt: wholeSecond(run.createdAt),
	};
}

/** The row that the log of a Workflow app gets as soon as a run starts; it follows the run's record. */
export function newLog({ record, app }: RunSession): WorkflowLog {
	return {
		id: randomUUID(),
		appId: app.id,
		runId: record.id,
		...logFields(record),
		triggeredFrom: 'app-run',
		createdFrom: 'service-api',
		createdByRole: 'end_user',
		endUserId: record.endUserId,
		account: null,
		createdAt: wholeSecond(record.createdAt),
	};
}

/** What of a row changes while its run goes on. */
export function logFields(record: RunRecord) {
	return {
		status: record.status,
		error: record.error,
		elapsedTime: ((record.finishedAt ?? Date.now()) - record.createdAt) / 1000,
		totalTokens: record.totalTokens,
		totalSteps: record.totalSteps,
		exceptionsCount: record.exceptionsCount,
		text: JSON.stringify([record.inputs, record.outputs]),
		finishedAt: record.finishedAt,
	};
}
