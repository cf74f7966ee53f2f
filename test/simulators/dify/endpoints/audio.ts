import { makeMp3, spokenText } from '../chat/audio';
import type { RequestContext } from '../context';
import { DifyError, invalidParam } from '../errors';
import type { Router } from '../router';
import type { App } from '../types';

/** Decided by the part's MIME type alone; `audio/mpeg` is not among them. */
const AUDIO_TYPES = ['audio/mp3', 'audio/m4a', 'audio/wav', 'audio/amr', 'audio/mpga'];
const MAX_AUDIO_MB = 30;

function requireAudioApp(app: App, published = app.published): void {
	if (published) return;
	throw new DifyError(
		400,
		'app_unavailable',
		'App unavailable, please check your app configurations.',
	);
}

async function speechToText(context: RequestContext): Promise<void> {
	const { app } = context;
	const { fields, files } = await context.form();
	context.endUserNamed(fields.user);
	requireAudioApp(app);
	if (!app.speechToText) throw invalidParam('Speech to text is not enabled');
	const file = files.find((part) => part.field === 'file');
	if (!file) throw new DifyError(400, 'no_audio_uploaded', 'Please upload your audio.');
	if (!file.mimeType || !AUDIO_TYPES.includes(file.mimeType)) {
		throw new DifyError(415, 'unsupported_audio_type', 'Audio type not allowed.');
	}
	if (file.bytes.size > MAX_AUDIO_MB * 1024 * 1024) {
		const message = `Audio size larger than ${MAX_AUDIO_MB} mb`;
		throw new DifyError(413, 'audio_too_large', message);
	}
	const spoken = file.bytes.content ? spokenText(file.bytes.content) : undefined;
	const text = spoken ?? `Transcript of ${file.filename} (${file.bytes.size} bytes)`;
	context.send(200, { text });
}

/** Chunked audio; `message_id` wins over `text`, an unknown one gives 200 `null`. */
async function textToSpeech(context: RequestContext): Promise<void> {
	const { app, core } = context;
	context.endUser('json');
	const { message_id: messageId, text } = context.json();
	requireAudioApp(app);
	if (!app.textToSpeech.enabled) throw invalidParam('TTS is not enabled');
	let spoken = typeof text === 'string' ? text : '';
	if (typeof messageId === 'string' && messageId) {
		const message = core.state.messages.get(messageId);
		if (!message || message.appId !== app.id || !message.answer) {
			context.send(200, null);
			return;
		}
		spoken = message.answer;
	}
	if (!spoken) throw invalidParam('Text is required');
	await sendChunked(context, makeMp3(spoken));
}

async function sendChunked(context: RequestContext, audio: Buffer): Promise<void> {
	const { response } = context;
	response.writeHead(200, { 'Content-Type': 'audio/mpeg' });
	for (let at = 0; at < audio.length; at += 512) {
		await new Promise((resolve) => response.write(audio.subarray(at, at + 512), resolve));
	}
	response.end();
}

export function addAudioRoutes(router: Router): void {
	router
		.add({ method: 'POST', pattern: '/v1/audio-to-text', handler: speechToText })
		.add({ method: 'POST', pattern: '/v1/text-to-audio', handler: textToSpeech });
}
