import { readBinary, storeBinary } from '../../support/engine';
import type { DifyApp } from '../difyApp';
import type { DifyContext } from '../difySuite';
import { NotPossible } from '../session';
import { silence } from '../samples';
import { assert, assertShape } from '../shapes';

/** Speaks a text and an answer, and hears what was spoken. */
export async function audio({ session, main, answered }: DifyContext): Promise<void> {
	const { user } = main;
	const spoken = await session.check('Audio > Text to Speech', async () => {
		await needs(main, 'text_to_speech');
		return await speak(main, { text: 'Hello from n8n.', options: { user } });
	});
	await session.check('Audio > Text to Speech, of a message', async () => {
		await needs(main, 'text_to_speech');
		const messageId = String(answered.get().item.message_id);
		await speak(main, { options: { user, messageId } });
	});
	await session.check('Audio > Speech to Text', async () => {
		await needs(main, 'speech_to_text');
		const speaks = await main.isOn('text_to_speech');
		const data = speaks
			? spoken.get()
			: await storeBinary(silence(), { fileName: 'silence.wav', mimeType: 'audio/wav' });
		const items = [{ json: {}, binary: { data } }];
		const parameters = { binaryPropertyName: 'data', options: { user } };
		assertShape(await main.one('audio.speechToText', parameters, { items }), { text: 'string' });
	});
}

async function needs(main: DifyApp, feature: string): Promise<void> {
	if (!(await main.isOn(feature))) throw new NotPossible('the feature is off in the app');
}

async function speak(main: DifyApp, parameters: object) {
	const { items } = await main.run('audio.textToSpeech', {
		binaryPropertyName: 'data',
		...parameters,
	});
	const data = items[0]?.binary?.data;
	assert(data, 'no binary field');
	assert((await readBinary(data)).length > 0, 'the audio is empty');
	assert(data.mimeType.startsWith('audio/'), `the MIME type is ${data.mimeType}`);
	return data;
}
