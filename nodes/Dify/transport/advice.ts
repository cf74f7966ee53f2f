import type { FailureCause } from '../../shared/errors';

/** What a failure means in words, and what to do about it. */
export interface Advice {
	message: string;
	description: string;
	failure?: FailureCause;
}

const MISCONFIGURED: FailureCause = { cause: 'configuration-invalid' };

/** By Dify's own code: every code of the specification, and those that newer servers add (facts 3.8, 4). */
export const ADVICE_BY_CODE: Record<string, Advice> = {
	unauthorized: {
		message: 'Dify does not accept the API key',
		description:
			'Check the API key in the credential: it must be a key of this app, from its API Access page',
		failure: { cause: 'credential-invalid' },
	},
	app_unavailable: {
		message: 'The Dify app is not available',
		description: 'Publish the app in Dify and check its configuration',
		failure: MISCONFIGURED,
	},
	not_chat_app: {
		message: 'The API key belongs to an app of another kind',
		description: 'Use the key of a Chatflow app in the credential',
		failure: MISCONFIGURED,
	},
	not_workflow_app: {
		message: 'The API key belongs to an app without workflow runs',
		description: 'Use the key of a Chatflow or Workflow app in the credential',
		failure: MISCONFIGURED,
	},
	provider_not_initialize: {
		message: 'The model of the Dify app has no valid credentials',
		description:
			'Complete the credentials of the model provider in Dify under Settings > Model Provider',
		failure: MISCONFIGURED,
	},
	provider_quota_exceeded: {
		message: 'The quota of the model provider is used up',
		description: 'Add quota, or another model provider, in Dify under Settings > Model Provider',
		failure: { cause: 'quota-exhausted' },
	},
	model_currently_not_support: {
		message: 'The Dify app cannot use its model at present',
		description: 'Choose another model in the app, or complete the provider credentials in Dify',
		failure: MISCONFIGURED,
	},
	completion_request_error: {
		message: 'The model did not answer',
		description: 'Look at the message of the model below, and at the run log in Dify',
	},
	conversation_completed: {
		message: 'The conversation has ended',
		description: 'Start a new one: leave Conversation ID empty',
	},
	too_many_requests: {
		message: 'Dify is working on too many requests of this app',
		description:
			'Lower Concurrency, or try again later. The slot of a request that crashed is freed after ten minutes',
		failure: { cause: 'rate-limited' },
	},
	rate_limit_error: {
		message: 'The request limit of the Dify plan or of the model provider is reached',
		description: 'Wait until the limit is renewed, or raise it; trying again at once does not help',
		failure: { cause: 'quota-exhausted' },
	},
	internal_server_error: {
		message: 'Dify had a fault while working on the request',
		description: "Try again later, and look at the server's log if it stays",
		failure: { cause: 'temporarily-unavailable' },
	},
	invalid_param: {
		message: 'Dify does not accept a value',
		description: 'Look at the message of Dify: it names the value that is missing or wrong',
	},
	bad_request: {
		message: 'Dify does not accept the request',
		description:
			'Look at the message of Dify: it names what is wrong, such as a workflow ID that is not published, a value of another type, or a feature that is switched off in the app',
	},
	forbidden: {
		message: 'Dify does not allow this call',
		description:
			'Check in Dify that API access of the app is on, that the workspace is active, and that the app has a web app if its site is asked for',
		failure: MISCONFIGURED,
	},
	app_api_disabled: {
		message: 'API access of the Dify app is switched off',
		description: 'Switch it on in the overview of the app in Dify',
		failure: MISCONFIGURED,
	},
	app_abnormal_status: {
		message: 'The Dify app is not in a normal state',
		description: 'Look at the app in Dify: it may have been taken down',
		failure: MISCONFIGURED,
	},
	app_not_found: {
		message: 'The Dify app of this API key does not exist any more',
		description: 'Use the API key of an existing app in the credential',
		failure: MISCONFIGURED,
	},
	workspace_archived: {
		message: 'The Dify workspace is archived',
		description: 'Use an app of an active workspace',
		failure: MISCONFIGURED,
	},
	workflow_version_execution_not_allowed: {
		message: 'The Dify plan does not allow to run a certain version of the workflow',
		description: 'Leave Workflow ID empty to run the latest published version, or upgrade the plan',
		failure: MISCONFIGURED,
	},
	app_suggested_questions_after_answer_disabled: {
		message: 'The Dify app does not suggest questions',
		description: 'Switch Follow-Up (suggested questions) on in the features of the app',
		failure: MISCONFIGURED,
	},
	not_found: {
		message: 'Dify does not know what was asked for',
		description:
			'Check the ID, and that User is the one who created the record: other users cannot see it',
	},
	end_user_not_found: {
		message: 'Dify does not know this end user',
		description: 'Use the ID that Dify gave the user (created_by of an upload), not your own name',
	},
	no_file_uploaded: {
		message: 'No file reached Dify',
		description: 'Check that the input field holds a file',
	},
	too_many_files: {
		message: 'Dify takes one file at a time',
		description: 'Upload the files one by one',
	},
	filename_not_exists_error: {
		message: 'The file has no name',
		description: 'Give the binary file a name before it is uploaded',
	},
	file_too_large: {
		message: 'The file is too large for this Dify server',
		description:
			'Usual limits are 10 MB for images, 15 MB for documents, 50 MB for audio and 100 MB for video; the server can be set to others',
	},
	unsupported_file_type: {
		message: 'Dify does not take files of this type',
		description: 'Check the MIME type of the binary file and the file settings of the app',
	},
	file_not_found: {
		message: 'Dify does not give this file out',
		description:
			'Only files that were sent with a chat message of this app can be downloaded: not right after the upload, not those used as inputs only, not those that tools have made',
	},
	file_access_denied: {
		message: 'The file belongs to another app',
		description: 'Use the API key of the app that the file was sent to',
	},
	no_audio_uploaded: {
		message: 'No audio reached Dify',
		description: 'Check that the input field holds an audio file',
	},
	audio_too_large: {
		message: 'The audio file is too large for this Dify server',
		description: 'Send a shorter recording, or one of a smaller format such as MP3',
	},
	unsupported_audio_type: {
		message: 'Dify does not take audio of this type',
		description: 'Send MP3, M4A, WAV or AMR audio with its right MIME type',
	},
	provider_not_support_speech_to_text: {
		message: 'The model provider cannot turn speech into text',
		description: 'Choose a speech-to-text model in Dify under Settings > Model Provider',
		failure: MISCONFIGURED,
	},
	human_input_form_submitted: {
		message: 'The form was submitted already',
		description: 'Go on with Human Input > Resume: the run does not wait for this form any more',
	},
	human_input_form_expired: {
		message: 'The form has expired',
		description: 'The run went on without it, along its time-out branch. Send the message again',
	},
	invalid_form_data: {
		message: 'Dify does not accept what was filled into the form',
		description: 'Human Input > Get Form tells the inputs and actions that the form has',
	},
};

const CUT_OFF: Advice = {
	message: 'A proxy in front of Dify gave up waiting; the run may still be going on',
	description:
		'Set Response Mode to Streaming, and look for the answer with Conversation > Get Messages before the message is sent again',
	failure: { cause: 'temporarily-unavailable' },
};

/** By HTTP status, for answers without a code that is known. */
export const ADVICE_BY_STATUS: Record<string, Advice> = {
	'401': ADVICE_BY_CODE.unauthorized as Advice,
	'403': ADVICE_BY_CODE.forbidden as Advice,
	'404': {
		message: 'The server does not know this call',
		description:
			'Check the Base URL in the credential: Dify shows it on the API Access page of the app, usually with /v1 at its end. If it is right, the Dify server may be too old for the call (Human Input needs 1.14, End User 1.13)',
	},
	'413': ADVICE_BY_CODE.file_too_large as Advice,
	'415': ADVICE_BY_CODE.unsupported_file_type as Advice,
	'429': ADVICE_BY_CODE.too_many_requests as Advice,
	'504': CUT_OFF,
	'524': CUT_OFF,
};

/** For what neither code nor status tells. */
export function generalAdvice(status: string): Advice {
	if (status.startsWith('5')) {
		return {
			message: `The Dify server cannot answer at present (HTTP ${status})`,
			description: 'Try again later. A message that was sent may have reached it all the same',
			failure: { cause: 'temporarily-unavailable' },
		};
	}
	if (status.startsWith('4')) {
		return {
			message: 'Dify did not accept the request',
			description: 'Look at the message of Dify below and correct the values of this node',
		};
	}
	return {
		message: 'The server did not answer as Dify does',
		description:
			'Check the Base URL in the credential: it is shown on the API Access page of the app',
	};
}

/** For an `error` event without a code: an exception of the worker that runs the app (facts 3.3). */
export const WORKER_ADVICE: Advice = {
	message: 'Dify could not work on the message',
	description:
		'Look at the message of Dify and at the log of the app. Wrong inputs or files and models without credentials have this effect',
};

/** Mistakes that Dify tells apart in its sentence only: the same codes stand for many others. */
export const ADVICE_BY_MESSAGE: Array<{ pattern: RegExp; advice: Advice }> = [
	{
		pattern: /^conversation not exists/i,
		advice: {
			message: 'Dify does not know this conversation',
			description:
				'Check the ID of the conversation, and that User is the one who started it: nobody else can use it. To start a new one in Chat > Send, leave Conversation ID empty',
		},
	},
	{
		pattern: /^message not exists/i,
		advice: {
			message: 'Dify does not know this message',
			description:
				'Check the ID of the message, and that User is the one who sent it: nobody else can see it',
		},
	},
	{
		pattern: /invalid upload file/i,
		advice: {
			message: 'Dify does not know the uploaded file',
			description:
				'Check the ID of the file, and that User is the one who uploaded it: nobody else can use it',
		},
	},
];
