import type { Resource } from '../../../shared/operation';
import { speechToText } from './speechToText';
import { textToSpeech } from './textToSpeech';

export const audio: Resource = {
	name: 'Audio',
	defaultOperation: 'speechToText',
	operations: { speechToText, textToSpeech },
};
