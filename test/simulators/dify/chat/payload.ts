import { invalidParam } from '../errors';
import { pydanticMessage } from '../python';
import type { Dict } from '../types';

export interface ChatPayload {
	query: string;
	inputs: Dict;
	files: Dict[];
	streaming: boolean;
	/** null: a new conversation. */
	conversationId: string | null;
	autoName: boolean;
	workflowId: string | null;
}

export const UUID_PATTERN = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;
const MODEL = 'ChatRequestPayload';

function fail(field: string, problem: string, kind: string, input: unknown): never {
	throw invalidParam(pydanticMessage(MODEL, field, problem, kind, input));
}

/** Checks the shape of a chat request; wrong shapes are pydantic failures. */
export function chatPayload(body: Dict): ChatPayload {
	const { inputs, query, files } = body;
	if (inputs === undefined) fail('inputs', 'Field required', 'missing', body);
	if (typeof inputs !== 'object' || inputs === null || Array.isArray(inputs)) {
		fail('inputs', 'Input should be a valid dictionary', 'dict_type', inputs);
	}
	if (query === undefined) fail('query', 'Field required', 'missing', body);
	if (typeof query !== 'string')
		fail('query', 'Input should be a valid string', 'string_type', query);
	return {
		query,
		inputs: inputs as Dict,
		files: fileMappings(files),
		streaming: responseMode(body.response_mode) === 'streaming',
		conversationId: conversationId(body.conversation_id),
		autoName: body.auto_generate_name !== false,
		workflowId: typeof body.workflow_id === 'string' && body.workflow_id ? body.workflow_id : null,
	};
}

function fileMappings(files: unknown): Dict[] {
	if (files === undefined || files === null) return [];
	if (!Array.isArray(files)) fail('files', 'Input should be a valid list', 'list_type', files);
	files.forEach((entry: unknown, index) => {
		if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
			fail(`files.${index}`, 'Input should be a valid dictionary', 'dict_type', entry);
		}
	});
	return files as Dict[];
}

function responseMode(mode: unknown): 'streaming' | 'blocking' {
	// Omitted means blocking.
	if (mode === undefined || mode === null) return 'blocking';
	if (mode === 'streaming' || mode === 'blocking') return mode;
	return fail('response_mode', "Input should be 'blocking' or 'streaming'", 'literal_error', mode);
}

function conversationId(id: unknown): string | null {
	if (id === undefined || id === null) return null;
	if (typeof id === 'string' && id.trim() === '') return null;
	if (typeof id === 'string' && UUID_PATTERN.test(id.trim())) return id.trim().toLowerCase();
	throw invalidParam('conversation_id must be a valid UUID');
}
