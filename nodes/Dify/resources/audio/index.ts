import type { INodeProperties } from 'n8n-workflow';

import * as speechToText from './speechToText';
import * as textToSpeech from './textToSpeech';

export const operations = { speechToText, textToSpeech };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['audio'] } },
		options: [
			{
				name: 'Speech to Text',
				value: 'speechToText',
				description: 'Write down what is said in an audio file',
				action: 'Convert speech to text',
			},
			{
				name: 'Text to Speech',
				value: 'textToSpeech',
				description: 'Speak a text, or the answer of a message',
				action: 'Convert text to speech',
			},
		],
		default: 'speechToText',
	},
	...speechToText.description,
	...textToSpeech.description,
];
