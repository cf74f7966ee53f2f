import { ADVICE_BY_CODE } from '../../../../nodes/Dify/transport/advice';
import { answerProblem, apiProblem } from '../../../../nodes/Dify/transport/problems';

/** Codes of the specification and of facts 3.8, 3.7 and 4. */
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
	...['human_input_form_expired', 'invalid_form_data'],
];

const answer = (status: number, body: string) => ({ status, headers: {}, body });
const json = (status: number, fields: object) => answer(status, JSON.stringify(fields));

describe('every code', () => {
	it.each(CODES)('%s has words and a hint of its own', (code) => {
		const problem = answerProblem(json(400, { code, message: 'What Dify says', status: 400 }));
		expect(problem.message).toMatch(/^[A-Z].*[^.]$/);
		expect(problem.description?.length).toBeGreaterThan(20);
		expect(problem.details).toEqual({ code, message: 'What Dify says', status: 400 });
		expect(problem.httpCode).toBe('400');
	});

	it('is told apart from the others', () => {
		const messages = Object.values(ADVICE_BY_CODE).map(({ message }) => message);
		expect(new Set(messages).size).toBe(messages.length);
	});

	it('that is not known keeps the sentence of Dify', () => {
		const problem = answerProblem(json(400, { code: 'brand_new', message: 'Something new' }));
		expect(problem.message).toBe('Dify did not accept the request: Something new');
		expect(problem.details).toMatchObject({ code: 'brand_new', message: 'Something new' });
	});
});

describe('answers without a code', () => {
	it.each([
		[401, /API key/],
		[403, /does not allow/],
		[404, /does not know/],
		[413, /too large/],
		[429, /too many requests/],
		[500, /HTTP 500/],
		[502, /HTTP 502/],
		[504, /proxy in front of Dify gave up/],
		[524, /proxy in front of Dify gave up/],
		[418, /did not accept/],
		[200, /did not answer as Dify does/],
	])('of status %s are told by it', (status, message) => {
		const problem = answerProblem(answer(status, '<html><h1>Page</h1>  of a proxy</html>'));
		expect(problem.message).toMatch(message);
		expect(problem.details).toMatchObject({ code: null, message: 'Page of a proxy', status });
	});

	it('may be empty', () => {
		expect(answerProblem(answer(413, '')).details).toEqual({
			code: null,
			message: '',
			status: 413,
		});
	});

	it('that are very long are cut', () => {
		const { details } = answerProblem(answer(500, 'x'.repeat(100_000)));
		expect(String(details?.message).length).toBeLessThanOrEqual(300);
	});
});

describe('a failed run', () => {
	it('is told the same in both response modes', () => {
		const message = 'Run failed: The model\nis overloaded';
		const inStream = apiProblem({ code: 'invalid_param', status: '400', message, inStream: true });
		const blocking = answerProblem(json(400, { code: 'invalid_param', message }));
		expect(inStream.message).toBe('The Dify workflow failed: The model\nis overloaded');
		expect(blocking).toEqual(inStream);
	});
});

describe('an error event without a code (facts 3.3)', () => {
	it('keeps its sentence, which is all there is', () => {
		const problem = apiProblem({ status: '500', message: 'city is required', inStream: true });
		expect(problem.message).toBe('Dify could not work on the message: city is required');
		expect(problem.details).toEqual({ code: null, message: 'city is required', status: 500 });
	});

	it('may have no sentence either', () => {
		const problem = apiProblem({ message: '', inStream: true });
		expect(problem.message).toBe('Dify could not work on the message');
		expect(problem.details).toEqual({ code: null, message: '' });
	});
});
