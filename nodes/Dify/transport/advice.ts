import type { ErrorInfo } from '../../shared/errors';

/** What an error means in words, and what to do about it. */
export interface Advice extends Pick<ErrorInfo, 'message' | 'failure'> {
	description: string;
	/** Whether it says too little without the message from Dify. */
	isVague?: boolean;
}

const MISCONFIGURED: ErrorInfo['failure'] = { cause: 'configuration-invalid' };

/**
 * By Dify's own code: every code of the specification, and those that newer servers add (SERVER.md,
 * "Errors and status codes").
 */
export const ADVICE_BY_CODE: ReadonlyMap<string, Advice> = new Map(
	Object.entries<Advice>({
		unauthorized: {
			message: 'Dify does not accept the API key',
			description:
				'Check the API key in the credential. It must be a key of this app (app-…), created on its API Access page; a knowledge key (dataset-…) opens no app',
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
			message: 'The Dify app cannot use its model',
			description:
				'Choose another model in the app, or complete the credentials of the model provider in Dify',
			failure: MISCONFIGURED,
			isVague: true,
		},
		completion_request_error: {
			message: 'The model returned an error',
			description: 'See the message of the model, and the run log in Dify',
			isVague: true,
		},
		conversation_completed: {
			message: 'The conversation has ended',
			description: 'To start a new one, leave Conversation ID empty',
		},
		too_many_requests: {
			message: 'Dify is processing too many requests for this app',
			description:
				'Lower Concurrency, or try again later. A request that crashed occupies its slot for ten minutes',
			failure: { cause: 'rate-limited' },
		},
		rate_limit_error: {
			message: 'The request limit of the Dify plan or of the model provider has been reached',
			description: 'Wait until the limit is reset, or raise it. Trying again at once does not help',
			failure: { cause: 'quota-exhausted' },
		},
		internal_server_error: {
			message: 'Dify failed with an internal error',
			description: 'Try again later. If the error persists, check the log of the Dify server',
			failure: { cause: 'temporarily-unavailable' },
		},
		/** What the web framework says of an exception that Dify did not expect. */
		unknown: {
			message: 'Dify failed with an unexpected error',
			description:
				'Check the values of this node: Dify fails like this on a User or a name of more than 255 characters, and on a Workflow Run ID that is not a UUID. If they are right, check the log of the Dify server',
			failure: { cause: 'temporarily-unavailable' },
		},
		invalid_param: {
			message: 'Dify rejected a value',
			description: 'See the message from Dify: it names the value that is missing or wrong',
			isVague: true,
		},
		bad_request: {
			message: 'Dify rejected the request',
			description:
				'See the message from Dify: it says what is wrong, such as a workflow ID that is not published, a value of the wrong type, or a feature that is turned off in the app',
			isVague: true,
		},
		forbidden: {
			message: 'Dify does not allow this request',
			description:
				'Check in Dify that the API access of the app is on, that the workspace is active, and, to get its site, that the app has a web app',
			failure: MISCONFIGURED,
			isVague: true,
		},
		app_api_disabled: {
			message: 'The API access of the Dify app is turned off',
			description: 'Turn it on in the overview of the app in Dify',
			failure: MISCONFIGURED,
		},
		app_abnormal_status: {
			message: 'The Dify app is not in a normal state',
			description: 'Check the app in Dify: it may have been taken down',
			failure: MISCONFIGURED,
		},
		app_not_found: {
			message: 'The Dify app of this API key no longer exists',
			description: 'Use the API key of an existing app in the credential',
			failure: MISCONFIGURED,
		},
		workspace_archived: {
			message: 'The Dify workspace is archived',
			description: 'Use an app of an active workspace',
			failure: MISCONFIGURED,
		},
		workflow_version_execution_not_allowed: {
			message: 'The Dify plan does not allow running a specific version of the workflow',
			description:
				'Leave Workflow ID empty to run the latest published version, or upgrade the plan',
			failure: MISCONFIGURED,
		},
		app_suggested_questions_after_answer_disabled: {
			message: 'The Dify app does not suggest questions',
			description: 'Turn on Follow-Up (suggested questions) in the features of the app',
			failure: MISCONFIGURED,
		},
		not_found: {
			message: 'Dify did not find the record',
			description:
				'Check the ID, and that User is the one who created the record: other users cannot see it',
			isVague: true,
		},
		end_user_not_found: {
			message: 'Dify does not know this end user',
			description:
				'Use the ID that Dify gave the user (created_by of an upload), not your own name for the user',
		},
		no_file_uploaded: {
			message: 'Dify received no file',
			description: 'Check that the input field holds a file',
		},
		too_many_files: {
			message: 'Dify accepts only one file at a time',
			description: 'Upload the files one by one',
		},
		filename_not_exists_error: {
			message: 'The file has no name',
			description: 'Give the binary file a name before uploading it',
		},
		file_too_large: {
			message: 'The file is too large for this Dify server',
			description:
				'The usual limits are 10 MB for images, 15 MB for documents, 50 MB for audio and 100 MB for video. They can be changed on the server',
		},
		unsupported_file_type: {
			message: 'Dify does not accept files of this type',
			description: 'Check the MIME type of the binary file and the file settings of the app',
		},
		file_not_found: {
			message: 'The file cannot be downloaded from Dify',
			description:
				'Only files that were sent with a chat message of this app can be downloaded. Files that have just been uploaded, were used as inputs only, or were made by a tool cannot',
		},
		file_access_denied: {
			message: 'The file belongs to another app',
			description: 'Use the API key of the app that the file was sent to',
		},
		no_audio_uploaded: {
			message: 'Dify received no audio',
			description: 'Check that the input field holds an audio file',
		},
		audio_too_large: {
			message: 'The audio file is too large for this Dify server',
			description: 'Send a shorter recording, or a smaller format such as MP3',
		},
		unsupported_audio_type: {
			message: 'Dify does not accept audio of this type',
			description: 'Send MP3, M4A, WAV or AMR audio with the correct MIME type',
		},
		provider_not_support_speech_to_text: {
			message: 'The model provider does not support speech to text',
			description: 'Choose a speech-to-text model in Dify under Settings > Model Provider',
			failure: MISCONFIGURED,
		},
		human_input_form_submitted: {
			message: 'The form has already been submitted',
			description: 'Continue with Human Input > Resume: the run is no longer waiting for this form',
		},
		human_input_form_expired: {
			message: 'The form has expired',
			description: 'The run continued without it, on its timeout branch. Send the message again',
		},
		invalid_form_data: {
			message: 'Dify rejected the values of the form',
			description: 'Human Input > Get Form shows the inputs and actions of the form',
			isVague: true,
		},
	}),
);
