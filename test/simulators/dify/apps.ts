import { randomUUID } from 'node:crypto';
import type { App, AppConfig, FormItem, Settings } from './types';
import type { DifyVersion } from './versions';

const FILE_METHODS = ['local_file', 'remote_url'];

function control(type: string, variable: string, label: string, extra: object = {}): FormItem {
	return {
		[type]: { label, variable, required: false, default: '', hint: '', hide: false, ...extra },
	};
}

/** One optional field of every kind that a Chatflow's start node offers (parameters). */
function defaultForm(): FormItem[] {
	return [
		control('text-input', 'city', 'City', { max_length: 48 }),
		control('paragraph', 'notes', 'Notes', { max_length: 4000 }),
		control('select', 'tone', 'Tone', { options: ['friendly', 'formal', 'brief'] }),
		control('number', 'amount', 'Amount'),
		control('checkbox', 'urgent', 'Urgent', { default: false }),
		control('file', 'document', 'Document', {
			default: null,
			allowed_file_types: ['document', 'image'],
			allowed_file_upload_methods: FILE_METHODS,
			allowed_file_extensions: [],
		}),
		control('file-list', 'attachments', 'Attachments', {
			default: null,
			max_length: 5,
			allowed_file_types: ['document', 'image', 'audio', 'video'],
			allowed_file_upload_methods: FILE_METHODS,
			allowed_file_extensions: [],
		}),
	];
}

/** Conversation variables of the default Chatflow: one of each awkward type. */
function defaultVariables(): App['conversationVariables'] {
	return [
		{ name: 'last_query', value_type: 'string', value: '', description: 'The latest question' },
		{ name: 'turns', value_type: 'number', value: 0, description: 'How many turns so far' },
		{ name: 'vip', value_type: 'boolean', value: true, description: 'A flag' },
		{ name: 'tags', value_type: 'array[string]', value: ['new', "it's"], description: 'A list' },
		{ name: 'profile', value_type: 'object', value: { plan: 'free', age: 7 }, description: '' },
	];
}

function defaultSite(): App['site'] {
	return {
		title: 'Demo Chatflow',
		chat_color_theme: '#4A90D9',
		chat_color_theme_inverted: false,
		icon_type: 'emoji',
		icon: '🤖',
		icon_background: '#FFFFFF',
		icon_url: null,
		description: 'A simulated Chatflow app',
		copyright: '2025 Simulator',
		privacy_policy: 'https://chatflow.example/privacy',
		custom_disclaimer: '',
		default_language: 'en-US',
		show_workflow_steps: false,
		use_icon_as_answer_icon: true,
	};
}

/** Fills an app's missing fields. */
export function completeApp(config: AppConfig): App {
	return {
		id: randomUUID(),
		key: 'app-demo-key',
		mode: 'advanced-chat',
		name: 'Demo Chatflow',
		description: 'A simulated Chatflow app',
		tags: ['demo', 'simulator'],
		authorName: 'Simulator',
		apiEnabled: true,
		status: 'normal',
		workspaceArchived: false,
		published: true,
		userInputForm: defaultForm(),
		openingStatement: 'Hello! How can I help you today?',
		suggestedQuestions: ['What can you do?', 'Tell me more about it.'],
		suggestedAfterAnswer: {
			enabled: true,
			questions: ['What else?', 'How does it work?', 'Where can I read more?'],
			modelError: false,
		},
		speechToText: true,
		textToSpeech: { enabled: true, voice: 'alloy', language: 'en-US', autoPlay: 'disabled' },
		retrieverResource: true,
		annotationReply: false,
		site: defaultSite(),
		toolIcons: {
			dalle3: 'https://chatflow.example/icons/dalle3.png',
			calculator: { background: '#4A90D9', content: '🧮' },
		},
		conversationVariables: defaultVariables(),
		workflowId: randomUUID(),
		workflowVersions: [],
		maxActiveRequests: 0,
		sandbox: false,
		alwaysDirectives: '',
		moderation: false,
		...config,
	};
}

/** The apps that exist without any configuration: one per mode, and a second Chatflow. */
function defaultApps(): App[] {
	return [
		completeApp({}),
		completeApp({ key: 'app-second-key', name: 'Second Chatflow' }),
		completeApp({ key: 'app-workflow-key', mode: 'workflow', name: 'Demo Workflow' }),
		completeApp({ key: 'app-agent-key', mode: 'agent-chat', name: 'Demo Agent' }),
		completeApp({ key: 'app-new-agent-key', mode: 'agent', name: 'Demo New Agent' }),
		completeApp({ key: 'app-chat-key', mode: 'chat', name: 'Demo Chatbot' }),
		completeApp({ key: 'app-completion-key', mode: 'completion', name: 'Demo Completion' }),
	];
}

/** The default apps with `configs` laid over them by key; an unknown key adds an app. */
export function mergeApps(configs: AppConfig[]): App[] {
	const apps = defaultApps();
	for (const config of configs) {
		const key = config.key ?? 'app-demo-key';
		const existing = apps.findIndex((app) => app.key === key);
		if (existing < 0) apps.push(completeApp({ ...config, key }));
		else apps[existing] = { ...apps[existing], ...config, key } as App;
	}
	return apps;
}

export function defaultSettings(version: DifyVersion): Settings {
	return {
		version,
		pingIntervalMs: 10_000,
		idleTimeoutMs: 300_000,
		deltaDelayMs: 0,
		nodeDelayMs: 0,
		sseIds: null,
		filesUrl: null,
		errorAfterFailure: false,
		disconnectLeaves: 'stopped',
		uploadLimitsMb: { image: 10, document: 15, audio: 50, video: 100 },
		bodyLimitMb: 100,
		fileMemoryLimitBytes: 8 * 1024 * 1024,
		maxRecordedRequests: 5000,
		edgeTimeoutMs: 0,
		parallelFormsBug: false,
		isoZone: false,
		annotationJobMs: 200,
		stoppedRowMs: 10_000,
		resumeDelayMs: 0,
		knowledgeRateLimit: 0,
		knowledgeRateWindowMs: 60_000,
		indexingMs: 0,
		indexingPolls: 0,
		statusLockMs: 0,
	};
}
