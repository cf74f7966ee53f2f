import type { IDataObject } from 'n8n-workflow';

import { path } from '../../shared/client';
import type { OutputMode } from '../../shared/fields';
import { isBlockingAnswer, takeBlockingAnswer } from './state/blocking';
import { answerOf, idsOf, OUTPUTS, thoughtsOf } from './state/outputs';
import type { RunKind, RunState } from './state/state';

/** What tells one kind of run from the others; all else in this folder is the same for all of them. */
export interface Kind {
	/** The call that stops a run by its task. */
	stopPath: (taskId: string) => string;
	/** Whether a JSON is what blocking mode answers with, not that of another server or of a failure. */
	isBlockingAnswer: (json: unknown) => boolean;
	/** Takes the answer of blocking mode into the state, as the events of a stream would be. */
	takeBlockingAnswer: (state: RunState, answer: unknown) => void;
	/** What becomes items, by output mode. */
	outputs: Record<OutputMode, (state: RunState) => IDataObject[]>;
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
	/** What to do if an answer has begun for which there is no run. */
	noRun: string;
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
		isBlockingAnswer,
		takeBlockingAnswer,
		outputs: OUTPUTS,
		received: (state) => ({ answer: answerOf(state), ...idsOf(state), ...thoughtsOf(state) }),
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
};
