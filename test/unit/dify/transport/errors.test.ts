import { ADVICE_BY_CODE } from '../../../../nodes/Dify/transport/advice';
import { apiError, responseError } from '../../../../nodes/Dify/transport/errors';

/** Codes of the specification, and those that newer servers add. */
const CODES = [
	...['app_unavailable', 'audio_too_large', 'bad_request', 'completion_request_error'],
	...['conversation_completed', 'end_user_not_found', 'file_access_denied', 'file_not_found'],
	...['file_too_large', 'filename_not_exists_error', 'forbidden', 'internal_server_error'],
	...['invalid_param', 'model_currently_not_support', 'no_audio_uploaded', 'no_file_uploaded'],
	...['not_chat_app', 'not_found', 'not_workflow_app', 'provider_not_initialize'],
	...['provider_not_support_speech_to_text', 'provider_quota_exceeded', 'rate_limit_error'],
	...['too_many_files', 'too_many_requests', 'unsupported_audio_type', 'unsupported_file_type'],
	...['unauthorized', 'app_api_disabled', 'app_abnormal_status', 'app_not_found'],
	...['workspace_archived', 'workflow_version_execution_not_allowed'],
	...['app_suggested_questions_after_answer_disabled', 'human_input_form_submitted'],
	...['human_input_form_expired', 'invalid_form_data', 'unknown'],
];

const response = (status: number, body: string) => ({ status, headers: {}, body });
const json = (status: number, fields: object) => response(status, JSON.stringify(fields));

describe('every code', () => {
	it.each(CODES)('%s has words and a hint of its own', (code) => {
		const error = responseError(json(400, { code, message: 'What Dify says', status: 400 }));
		expect(error.message).toMatch(/^[A-Z].*[^.]$/);
		expect(error.description?.length).toBeGreaterThan(20);
		expect(error.details).toEqual({ code, message: 'What Dify says', status: 400 });
		expect(error.httpCode).toBe('400');
	});

	it('of the ceiling of concurrent requests is told as such, in whichever words it comes', () => {
		const message = 'Too many requests. Please try again later. The current maximum is 3.';
		const error = responseError(json(400, { code: 'invalid_param', message, status: 400 }));
		expect(error).toMatchObject({
			message: 'Dify is processing too many requests for this app',
			description: expect.stringMatching(/^Lower Concurrency/) as unknown,
			failure: { cause: 'rate-limited' },
			details: { code: 'invalid_param', message },
		});
	});

	it('does not show the other addresses that the web framework adds', () => {
		const message = 'Not there. You have requested this URI [/v1/x] but did you mean /v1/y ?';
		const error = responseError(json(404, { code: 'not_found', message }));
		expect(JSON.stringify(error)).not.toMatch(/did you mean|requested this URI/);
	});

	it('of an app that is not published says what to do', () => {
		const error = responseError(
			json(400, { code: 'invalid_param', message: 'Workflow not published' }),
		);
		expect(error.message).toBe('The Dify app is not published');
	});

	it.each([
		['File validation failed for file: a.png', 'The Dify app does not take a file of this kind'],
		['Number of files exceeds the maximum limit 3', 'The Dify app does not take so many files'],
		['Agent App does not support blocking mode', 'Agent apps do not know blocking mode'],
	])('of a value is told by what Dify says: %s', (message, told) => {
		const error = responseError(json(400, { code: 'invalid_param', message }));
		expect(error.message).toBe(told);
		expect(error.details).toMatchObject({ message });
	});

	it('is told apart from the others', () => {
		const messages = [...ADVICE_BY_CODE.values()].map(({ message }) => message);
		expect(new Set(messages).size).toBe(messages.length);
	});

	it.each(['constructor', '__proto__', 'toString'])(
		'is looked up among the codes only: %s is none',
		(code) => {
			const error = responseError(json(400, { code, message: 'Odd' }));
			expect(error.message).toBe('Dify did not accept the request: Odd');
		},
	);

	it('that is not known keeps the sentence of Dify', () => {
		const error = responseError(json(400, { code: 'brand_new', message: 'Something new' }));
		expect(error.message).toBe('Dify did not accept the request: Something new');
		expect(error.details).toMatchObject({ code: 'brand_new', message: 'Something new' });
	});
});

describe('responses without a code', () => {
	it.each([
		[401, /API key/],
		[403, /does not allow/],
		[404, /does not have this endpoint/],
		[413, /too large/],
		[429, /too many requests/],
		[500, /HTTP 500/],
		[502, /HTTP 502/],
		[504, /proxy in front of Dify timed out/],
		[524, /proxy in front of Dify timed out/],
		[418, /did not accept/],
		[200, /is not from a Dify API/],
	])('of status %s are told by it', (status, message) => {
		const error = responseError(response(status, '<html><h1>Page</h1>  of a proxy</html>'));
		expect(error.message).toMatch(message);
		expect(error.details).toMatchObject({ code: null, message: '', status });
		expect(error.page).toContain('<h1>Page</h1>');
	});

	it('may be empty', () => {
		expect(responseError(response(413, '')).details).toEqual({
			code: null,
			message: '',
			status: 413,
		});
	});
});

describe('a failed run', () => {
	it('is told the same in both response modes', () => {
		const message = 'Run failed: The model\nis overloaded';
		const inStream = apiError({ code: 'invalid_param', status: '400', message, inStream: true });
		const blocking = responseError(json(400, { code: 'invalid_param', message }));
		expect(inStream.message).toBe('The Dify workflow failed: The model\nis overloaded');
		expect(blocking).toEqual(inStream);
	});
});

describe('an error event without a code', () => {
	it('keeps its sentence, which is all there is', () => {
		const error = apiError({ status: '500', message: 'city is required', inStream: true });
		expect(error.message).toBe('Dify could not process the message: city is required');
		expect(error.details).toEqual({ code: null, message: 'city is required', status: 500 });
	});

	it('may have no sentence either', () => {
		const error = apiError({ message: '', inStream: true });
		expect(error.message).toBe('Dify could not process the message');
		expect(error.details).toEqual({ code: null, message: '' });
	});
});
