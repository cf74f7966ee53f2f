/** A Dify server with the keys of its apps; empty texts for what was not given. */
export interface DifySettings {
	baseUrl: string;
	apiKey: string;
	inputsKey: string;
	variablesKey: string;
	humanKey: string;
	workflowKey: string;
	completionKey: string;
	chatKey: string;
	agentKey: string;
	/** Of the workspace, not of an app. */
	knowledgeKey: string;
	/** A knowledge base that is a pipeline, and JSON of what it asks for. */
	pipelineDatasetId: string;
	pipelineInputs: string;
	/** What is asked, and what takes seconds to answer. */
	query: string;
	longQuery: string;
	/** What makes the Agent app call a tool. */
	agentQuery: string;
	/** JSON of inputs with which the Workflow app takes seconds. */
	longInputs: string;
	/** An address of a PNG that the server can fetch. */
	fileUrl: string;
	embeddingProvider: string;
	embeddingModel: string;
	/** How many messages to send for lists that are longer than a page; 0 for none. */
	many: number;
}

/** A Cybertron robot; empty texts for what was not given. */
export interface CybertronSettings {
	baseUrl: string;
	robotKey: string;
	robotToken: string;
	username: string;
	question: string;
	flowUuid: string;
	tenant: string;
	uploadQuestion: string;
}

export interface LiveSettings {
	dify?: DifySettings;
	cybertron?: CybertronSettings;
}

type Environment = Record<string, string | undefined>;

const QUESTION = 'Hello, this is a test. Please answer with one short sentence.';

/** What the variables name; a service without a base URL is left out. */
export function readSettings(env: Environment): LiveSettings {
	const text = (name: string, byDefault = '') => env[name]?.trim() || byDefault;
	const dify: DifySettings = {
		baseUrl: text('DIFY_BASE_URL'),
		apiKey: text('DIFY_API_KEY'),
		inputsKey: text('DIFY_INPUTS_API_KEY'),
		variablesKey: text('DIFY_VARIABLES_API_KEY'),
		humanKey: text('DIFY_HUMAN_API_KEY'),
		workflowKey: text('DIFY_WORKFLOW_API_KEY'),
		completionKey: text('DIFY_COMPLETION_API_KEY'),
		chatKey: text('DIFY_CHAT_API_KEY'),
		agentKey: text('DIFY_AGENT_API_KEY'),
		knowledgeKey: text('DIFY_KNOWLEDGE_API_KEY'),
		pipelineDatasetId: text('DIFY_PIPELINE_DATASET_ID'),
		pipelineInputs: text('DIFY_PIPELINE_INPUTS', '{}'),
		query: text('DIFY_QUERY', QUESTION),
		longQuery: text('DIFY_LONG_QUERY', 'Count from 1 to 300, one number per line.'),
		agentQuery: text('DIFY_AGENT_QUERY', text('DIFY_QUERY', QUESTION)),
		longInputs: text('DIFY_LONG_INPUTS', '{}'),
		fileUrl: text('DIFY_FILE_URL'),
		embeddingProvider: text('DIFY_EMBEDDING_PROVIDER'),
		embeddingModel: text('DIFY_EMBEDDING_MODEL'),
		many: Number(text('DIFY_MANY', '0')),
	};
	const cybertron: CybertronSettings = {
		baseUrl: text('CYBERTRON_BASE_URL'),
		robotKey: text('CYBERTRON_ROBOT_KEY'),
		robotToken: text('CYBERTRON_ROBOT_TOKEN'),
		username: text('CYBERTRON_USERNAME'),
		question: text('CYBERTRON_QUESTION', QUESTION),
		flowUuid: text('CYBERTRON_FLOW_UUID'),
		tenant: text('CYBERTRON_TENANT'),
		uploadQuestion: text('CYBERTRON_UPLOAD_QUESTION'),
	};
	return {
		...(dify.baseUrl ? { dify } : {}),
		...(cybertron.baseUrl ? { cybertron } : {}),
	};
}

/** All that must never be printed. */
export function secretsOf({ dify, cybertron }: LiveSettings): string[] {
	const all = [
		...(dify
			? [
					dify.apiKey,
					dify.inputsKey,
					dify.variablesKey,
					dify.humanKey,
					dify.workflowKey,
					dify.completionKey,
					dify.chatKey,
					dify.agentKey,
					dify.knowledgeKey,
				]
			: []),
		...(cybertron ? [cybertron.robotKey, cybertron.robotToken] : []),
	];
	const spellings = all.flatMap((secret) => [secret, encodeURIComponent(secret), decoded(secret)]);
	return [...new Set(spellings)].filter(Boolean);
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
