import { invalidParam } from '../errors';
import { pydanticMessage } from '../python';
import type { Dict } from '../types';

export interface ChatPayload {
	query: string;
	inputs: Dict;
	files: Dict[];
	streaming: boolean;
	/** Whether blocking was asked for by name, not by leaving the mode out. */
	saysBlocking: boolean;
	/** null: a new conversation. */
	conversationId: string | null;
	autoName: boolean;
	workflowId: string | null;
}

export const UUID_PATTERN = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;

/** What a Chat and a Completion request share. */
type CompletionPayload = Pick<ChatPayload, 'query' | 'inputs' | 'files' | 'streaming'>;

/** Checks the shape of a chat request; wrong shapes are pydantic failures. */
export function chatPayload(body: Dict): ChatPayload {
	const fields = new Fields('ChatRequestPayload', body);
	return {
		...fields.common(),
		query: fields.text('query'),
		saysBlocking: body.response_mode === 'blocking',
		conversationId: conversationId(body.conversation_id),
		autoName: body.auto_generate_name !== false,
		workflowId: typeof body.workflow_id === 'string' && body.workflow_id ? body.workflow_id : null,
	};
}

/** The same of a Completion request, whose query may be left out. */
export function completionPayload(body: Dict): CompletionPayload {
	const fields = new Fields('CompletionRequestPayload', { query: '', ...body });
	return { ...fields.common(), query: fields.text('query') };
}

/** The fields of a body, as a pydantic model reads them. */
class Fields {
	constructor(
		private readonly model: string,
		private readonly body: Dict,
	) {}

	common(): Omit<CompletionPayload, 'query'> {
		const { inputs, files, response_mode: mode } = this.body;
		if (inputs === undefined) this.fail('inputs', 'Field required', 'missing', this.body);
		if (typeof inputs !== 'object' || inputs === null || Array.isArray(inputs)) {
			this.fail('inputs', 'Input should be a valid dictionary', 'dict_type', inputs);
		}
		return {
			inputs: inputs as Dict,
			files: this.fileMappings(files),
			streaming: this.responseMode(mode) === 'streaming',
		};
	}

	text(name: string): string {
		const value = this.body[name];
		if (value === undefined) return this.fail(name, 'Field required', 'missing', this.body);
		if (typeof value === 'string') return value;
		return this.fail(name, 'Input should be a valid string', 'string_type', value);
	}

	private fileMappings(files: unknown): Dict[] {
		if (files === undefined || files === null) return [];
		if (!Array.isArray(files)) {
			return this.fail('files', 'Input should be a valid list', 'list_type', files);
		}
		files.forEach((entry: unknown, index) => {
			if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
				this.fail(`files.${index}`, 'Input should be a valid dictionary', 'dict_type', entry);
			}
		});
		return files as Dict[];
	}

	private responseMode(mode: unknown): 'streaming' | 'blocking' {
		// Omitted means blocking.
		if (mode === undefined || mode === null) return 'blocking';
		if (mode === 'streaming' || mode === 'blocking') return mode;
		const problem = "Input should be 'blocking' or 'streaming'";
		return this.fail('response_mode', problem, 'literal_error', mode);
	}

	private fail(field: string, problem: string, kind: string, input: unknown): never {
		throw invalidParam(pydanticMessage(this.model, field, problem, kind, input));
	}
}

function conversationId(id: unknown): string | null {
	if (id === undefined || id === null) return null;
	if (typeof id === 'string' && id.trim() === '') return null;
	if (typeof id === 'string' && UUID_PATTERN.test(id.trim())) return id.trim().toLowerCase();
	throw invalidParam('conversation_id must be a valid UUID');
}
