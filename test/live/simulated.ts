import { ASSISTANT_FLOW, startCybertronSimulator } from '../simulators/cybertron';
import type { AppConfig, DifyVersion, FormItem } from '../simulators/dify';
import { startDifySimulator } from '../simulators/dify';
import type { LiveSettings } from './settings';

const REQUIRED: FormItem = {
	'text-input': { label: 'Order', variable: 'order', required: true, max_length: 48 },
};
const CHOICE: FormItem = {
	select: { label: 'Tone', variable: 'tone', required: false, options: ['friendly', 'formal'] },
};

function fileInput(kind: 'file' | 'file-list', variable: string): FormItem {
	const allowed_file_upload_methods = ['local_file', 'remote_url'];
	const allowed = { allowed_file_types: ['document', 'image'], allowed_file_upload_methods };
	const control = { label: variable, variable, required: false, ...allowed };
	return { [kind]: { ...control, allowed_file_extensions: [] } };
}

const APPS: AppConfig[] = [
	{
		key: 'app-live-inputs',
		userInputForm: [
			REQUIRED,
			CHOICE,
			fileInput('file', 'document'),
			fileInput('file-list', 'attachments'),
		],
	},
	{ key: 'app-live-human', alwaysDirectives: '#pause' },
];

/** Both simulated servers with an app for every variable of the suite. */
export async function startSimulated(version: DifyVersion) {
	const dify = await startDifySimulator({ version, apps: APPS });
	const pipeline = dify.seed.knowledgeBase({ datasources: [{}, { type: 'online_drive' }] });
	const cybertron = await startCybertronSimulator();
	const settings: Required<LiveSettings> = {
		dify: {
			baseUrl: dify.baseUrl,
			apiKey: dify.apiKey,
			inputsKey: 'app-live-inputs',
			variablesKey: '',
			humanKey: 'app-live-human',
			workflowKey: 'app-workflow-key',
			completionKey: 'app-completion-key',
			chatKey: 'app-chat-key',
			agentKey: 'app-agent-key',
			knowledgeKey: dify.knowledgeApiKey,
			pipelineDatasetId: pipeline.id,
			pipelineInputs: '{}',
			agentQuery: '#tools 2 How is the weather?',
			query: 'How is the weather?',
			longQuery: '#slow 100 #words 100',
			longInputs: '{"query":"#slow 100 #words 100"}',
			fileUrl: 'https://chatflow.example/picture.png',
			embeddingProvider: 'openai',
			embeddingModel: 'text-embedding-3-small',
			// A simulator is so fast that more than a page of them would share a second.
			many: 0,
		},
		cybertron: {
			baseUrl: cybertron.origin,
			robotKey: cybertron.robotKey,
			robotToken: cybertron.robotToken,
			username: cybertron.username,
			question: 'How is the weather?',
			flowUuid: ASSISTANT_FLOW,
			tenant: 'AiopsTest',
			uploadQuestion: 'File upload',
		},
	};
	const close = async () => {
		await Promise.all([dify.close(), cybertron.close()]);
	};
	return { settings, close };
}
