import type { RequestContext } from '../context';
import { forbidden } from '../errors';
import type { Router } from '../router';
import { requirePublished } from './chat';

/** `GET /v1/` needs no key and tells the version. */
function root(context: RequestContext): void {
	context.send(200, {
		welcome: 'Dify OpenAPI',
		api_version: 'v1',
		server_version: context.core.traits.serverVersion,
	});
}

function info(context: RequestContext): void {
	const { app } = context;
	context.send(200, {
		name: app.name,
		description: app.description,
		tags: app.tags,
		mode: app.mode,
		author_name: app.authorName,
	});
}

function parameters(context: RequestContext): void {
	const { app, core } = context;
	requirePublished(app);
	const limits = core.settings.uploadLimitsMb;
	const methods = ['remote_url', 'local_file'];
	context.send(200, {
		opening_statement: app.openingStatement,
		suggested_questions: app.suggestedQuestions,
		suggested_questions_after_answer: { enabled: app.suggestedAfterAnswer.enabled },
		speech_to_text: { enabled: app.speechToText },
		text_to_speech: app.textToSpeech,
		retriever_resource: { enabled: app.retrieverResource },
		annotation_reply: { enabled: app.annotationReply },
		more_like_this: { enabled: false },
		user_input_form: app.userInputForm,
		sensitive_word_avoidance: { enabled: app.moderation },
		file_upload: {
			enabled: true,
			allowed_file_types: ['image', 'document', 'audio', 'video'],
			allowed_file_extensions: [],
			allowed_file_upload_methods: methods,
			number_limits: 3,
			image: { enabled: true, number_limits: 3, detail: 'high', transfer_methods: methods },
		},
		system_parameters: {
			image_file_size_limit: limits.image,
			video_file_size_limit: limits.video,
			audio_file_size_limit: limits.audio,
			file_size_limit: limits.document,
			workflow_file_upload_limit: 10,
		},
	});
}

function meta(context: RequestContext): void {
	context.send(200, { tool_icons: context.app.toolIcons });
}

function site(context: RequestContext): void {
	const { app } = context;
	if (!app.site || app.workspaceArchived) throw forbidden('Forbidden.');
	context.send(200, app.site);
}

export function addAppRoutes(router: Router): void {
	router
		.add({ method: 'GET', pattern: '/v1', handler: root, open: true })
		.add({ method: 'GET', pattern: '/v1/info', handler: info })
		.add({ method: 'GET', pattern: '/v1/parameters', handler: parameters })
		.add({ method: 'GET', pattern: '/v1/meta', handler: meta })
		.add({ method: 'GET', pattern: '/v1/site', handler: site });
}
