import { startDifySimulator } from '../simulators/dify';
import type { DifySimulator } from '../simulators/dify';
import { conforming, runDify } from '../support/dify/run';
import { readBinary, storeBinary } from '../support/engine';

let simulator: DifySimulator;

beforeAll(async () => {
	simulator = await startDifySimulator();
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

describe('audio.textToSpeech', () => {
	it('speaks a text into a binary field, with name and type', async () => {
		const { items } = await runDify(simulator, 'audio.textToSpeech', { text: 'Hello there' });
		expect(items[0]?.json).toEqual({
			name: 'speech.mp3',
			mime_type: 'audio/mpeg',
			size: expect.any(Number),
		});
		expect(items[0]?.binary?.data).toMatchObject({
			fileName: 'speech.mp3',
			mimeType: 'audio/mpeg',
		});
		const bytes = await readBinary(items[0]?.binary?.data);
		expect(bytes).toHaveLength(Number(items[0]?.json.size));
		expect(conforming(simulator)[0]?.body).toEqual({ text: 'Hello there' });
	});

	it('sends voice, user and streaming when they are set', async () => {
		const { items } = await runDify(simulator, 'audio.textToSpeech', {
			text: 'Hello',
			binaryPropertyName: 'voice',
			options: { voice: 'nova', user: 'ann', streaming: false },
		});
		expect(Object.keys(items[0]?.binary ?? {})).toEqual(['voice']);
		expect(conforming(simulator)[0]?.body).toEqual({
			text: 'Hello',
			voice: 'nova',
			user: 'ann',
			streaming: false,
		});
	});

	it('trap: a message is spoken instead of the text, which is not sent along', async () => {
		const { id } = simulator.seed.message({ answer: 'The answer' });
		const { items } = await runDify(simulator, 'audio.textToSpeech', {
			text: 'not this',
			options: { messageId: id },
		});
		expect((await readBinary(items[0]?.binary?.data)).length).toBeGreaterThan(0);
		expect(conforming(simulator)[0]?.body).toEqual({ message_id: id });
	});

	it('trap: 200 with null for an unknown message is a failure with a hint', async () => {
		const { error, items } = await runDify(simulator, 'audio.textToSpeech', {
			options: { messageId: '00000000-0000-4000-8000-000000000000' },
		});
		expect(error?.message).toBe('Dify has no audio for this message');
		expect(error?.description).toMatch(/Message ID/);
		expect(items).toEqual([]);
	});

	it('trap: tells that the app does not speak', async () => {
		simulator.app().textToSpeech.enabled = false;
		const { error } = await runDify(simulator, 'audio.textToSpeech', { text: 'Hello' });
		expect(error?.message).toMatch(/TTS is not enabled/);
		expect(error?.context.data).toMatchObject({ code: 'invalid_param', status: 400 });
	});

	it('sends nothing when there is nothing to say', async () => {
		const { error } = await runDify(simulator, 'audio.textToSpeech', { text: ' ' });
		expect(error?.message).toBe('There is no text to speak');
		expect(simulator.requests).toEqual([]);
	});

	it.each([
		['audio/wav', 'speech.wav'],
		['audio/mp3', 'speech.mp3'],
		['audio/ogg; codecs=opus', 'speech.ogg'],
	])('names the file by its type %s', async (type, name) => {
		simulator.faults.add({
			path: '/text-to-audio',
			action: 'respond',
			status: 200,
			body: 'sound',
			headers: { 'Content-Type': type },
		});
		const { items } = await runDify(simulator, 'audio.textToSpeech', { text: 'Hello' });
		expect(items[0]?.binary?.data?.fileName).toBe(name);
	});

	it('does not take the page of a proxy for audio', async () => {
		simulator.faults.add({
			path: '/text-to-audio',
			action: 'respond',
			status: 200,
			body: '<html>Log in</html>',
		});
		const { error, items } = await runDify(simulator, 'audio.textToSpeech', { text: 'Hello' });
		expect(error?.message).toBe('The response is not from a Dify API');
		expect(items).toEqual([]);
	});

	it('never sends a text twice that may have been spoken', async () => {
		simulator.faults.add({ path: '/text-to-audio', action: 'respond', preset: '502' });
		const { error } = await runDify(simulator, 'audio.textToSpeech', { text: 'Hello' });
		expect(error?.httpCode).toBe('502');
		expect(simulator.requests).toHaveLength(1);
	});
});

describe('audio.speechToText', () => {
	const transcribe = async (fileName: string, mimeType: string, options = {}) => {
		const data = await storeBinary(Buffer.from('sound'), { fileName, mimeType });
		return await runDify(
			simulator,
			'audio.speechToText',
			{ options },
			{ items: [{ json: {}, binary: { data } }] },
		);
	};

	it('gives the text, for the user if one is given', async () => {
		const { json } = await transcribe('note.wav', 'audio/wav', { user: 'ann' });
		expect(json).toEqual([{ text: 'Transcript of note.wav (5 bytes)' }]);
		expect(conforming(simulator)).toMatchObject([
			{
				method: 'POST',
				path: '/v1/audio-to-text',
				body: { fields: { user: 'ann' }, files: [{ field: 'file', mimeType: 'audio/wav' }] },
			},
		]);
	});

	it.each([
		['note.mp3', 'audio/mpeg', 'audio/mp3'],
		['note.mp3', 'audio/mp3', 'audio/mp3'],
		['note.m4a', 'audio/mp4', 'audio/m4a'],
		['note.m4a', 'audio/x-m4a', 'audio/m4a'],
		['note.mp4', 'video/mp4', 'audio/m4a'],
		['note.wav', 'audio/x-wav', 'audio/wav'],
		['note.wav', 'audio/vnd.wave', 'audio/wav'],
		['note.amr', 'audio/amr', 'audio/amr'],
		['note.mpga', 'audio/mpga', 'audio/mpga'],
		['note.mp3', 'application/octet-stream', 'audio/mp3'],
		['note.MP3', 'audio/mpeg; charset=binary', 'audio/mp3'],
	])('trap: %s of type %s goes as %s, the name that Dify knows', async (name, type, sent) => {
		const { error } = await transcribe(name, type);
		expect(error).toBeUndefined();
		const body = conforming(simulator)[0]?.body as { files: Array<{ mimeType: string }> };
		expect(body.files[0]?.mimeType).toBe(sent);
	});

	it('leaves a type as it is that Dify may learn, and explains the refusal', async () => {
		const { error } = await transcribe('note.webm', 'audio/webm');
		expect(error?.message).toBe('Dify does not accept audio of this type');
		expect(error?.httpCode).toBe('415');
		expect(error?.description).toMatch(/MP3, M4A, WAV/);
	});

	it('tells that the app does not listen', async () => {
		simulator.app().speechToText = false;
		const { error } = await transcribe('note.wav', 'audio/wav');
		expect(error?.message).toMatch(/Speech to text is not enabled/);
	});

	it('explains a recording that is too large', async () => {
		simulator.faults.add({
			path: '/audio-to-text',
			action: 'respond',
			status: 413,
			body: { code: 'audio_too_large', message: 'Audio size larger than 30 mb', status: 413 },
		});
		const { error } = await transcribe('note.wav', 'audio/wav');
		expect(error?.message).toBe('The audio file is too large for this Dify server');
	});
});
