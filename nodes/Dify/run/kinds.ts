import type { IDataObject } from 'n8n-workflow';

import { path } from '../../shared/client';
import type { OutputMode } from '../../shared/fields';
import { isBlockingAnswer, takeBlockingAnswer } from './state/blocking';
import { answerOf, idsOf, OUTPUTS, thoughtsOf } from './state/outputs';
import { COMPLETION_OUTPUTS, completionReceived } from './state/completion';
import type { RunKind, RunState } from './state/state';
import {
	isWorkflowAnswer,
	takeWorkflowAnswer,
	WORKFLOW_OUTPUTS,
	workflowReceived,
	workflowText,
} from './state/workflow';

/** What tells one kind of run from the others; all else in this folder is the same for all of them. */
export interface Kind {
	/** The call that stops a run by its task. */
	stopPath: (taskId: string) => string;
	/** Whether the app keeps a log in which a run can be found. */
	isLogged: boolean;
	/** Whether a JSON is what blocking mode answers with, not that of another server or of a failure. */
	isBlockingAnswer: (json: unknown) => boolean;
	/** Takes the answer of blocking mode into the state, as the events of a stream would be. */
	takeBlockingAnswer: (state: RunState, answer: unknown) => void;
	/** What becomes items, by output mode. */
	outputs: Record<OutputMode, (state: RunState) => IDataObject[]>;
	/** The text to show to a caller who watches. */
	shownText: (state: RunState) => string;
	/** What an error keeps of all that came before it. */
	received: (state: RunState) => IDataObject;
	words: Words;
}

/** How errors and hints speak of a run. */
interface Words {
	/** What a stream brings, at the beginning of a sentence. */
	result: string;
	/** What to do if it is not known whether a run has begun. */
	maybeSent: string;
	/** What to do if an answer has begun for which there is no run; `maybeSent` if there always is one. */
	noRun?: string;
	/** What to do if a run is known, but not how it ended. */
	maybeRunning: string;
	/** A stream that was lost had no consequences. */
	recovered: string;
	/** No node is known to have run. */
	noNodes: string;
}

/** The kinds of runs. */
export const KINDS: Record<RunKind, Kind> = {
	chat: {
		stopPath: (taskId) => path`/chat-messages/${taskId}/stop`,
		isLogged: false,
		isBlockingAnswer,
		takeBlockingAnswer,
		outputs: OUTPUTS,
		shownText: answerOf,
		received: (state) => ({
			answer: answerOf(state),
			...idsOf(state),
			workflow_run_id: state.workflowRunId ?? null,
			...thoughtsOf(state),
		}),
		words: {
			result: 'The answer',
			maybeSent:
				'The message may have reached Dify, and its run may be going on. Look at Conversation > Get Messages or at the log of the app before you send it again',
			noRun:
				'The text so far is in the details as answer; Dify saves no more of it once the connection is lost. An Agent app may have gone on: see agent_thoughts in Conversation > Get Messages before you send the message again',
			maybeRunning:
				'The run may still be going on; workflow_run_id and conversation_id are in the details. Get its result with Workflow Run > Get or Conversation > Get Messages instead of sending the message again',
			recovered:
				'The stream was lost. The answer was completed by other calls, not asked for again',
			noNodes: 'No node of a workflow has run, so there is one item with the answer',
		},
	},
	completion: {
		stopPath: (taskId) => path`/completion-messages/${taskId}/stop`,
		isLogged: false,
		isBlockingAnswer,
		takeBlockingAnswer,
		outputs: COMPLETION_OUTPUTS,
		shownText: answerOf,
		received: completionReceived,
		words: {
			result: 'The answer',
			maybeSent:
				'The request may have reached Dify, and the text of a Completion app cannot be fetched later. Look at the log of the app in Dify before you send it again',
			noRun:
				'The text so far is in the details as answer. Dify saves no more of it once the connection is lost, and the text of a Completion app cannot be fetched: send the request again if you need all of it',
			// Never said: there is no run.
			maybeRunning: '',
			recovered: '',
			noNodes: '',
		},
	},
	workflow: {
		stopPath: (taskId) => path`/workflows/tasks/${taskId}/stop`,
		isLogged: true,
		isBlockingAnswer: isWorkflowAnswer,
		takeBlockingAnswer: takeWorkflowAnswer,
		outputs: WORKFLOW_OUTPUTS,
		shownText: workflowText,
		received: workflowReceived,
		words: {
			result: 'The result of the workflow',
			maybeSent:
				'The workflow may be running. Look at Workflow Run > Get Logs before you run it again',
			maybeRunning:
				'The run may still be going on; workflow_run_id is in the details. Get its result with Workflow Run > Get instead of running the workflow again',
			recovered:
				'The stream was lost. The result was completed by other calls; the workflow was not run again',
			noNodes: 'Dify did not tell the nodes, so there is one item with the outputs',
		},
	},
};
