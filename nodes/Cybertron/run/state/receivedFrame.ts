import type { IDataObject } from 'n8n-workflow';

import { tryParseJson } from '../../../shared/json';
import { asObject, asText, isObject } from '../../../shared/values';
import { sixDigits } from '../../transport/errors';

/** A frame before its kind is known. */
export interface ReceivedFrame {
	code: string;
	message: string;
	index?: number;
	finished: boolean;
	/** `data` as an object; empty if the server sent a text. */
	data: IDataObject;
	/** `data` if it is a text. */
	text?: string;
	raw: IDataObject;
}

/** Reads what every frame has. */
export function receive(raw: IDataObject): ReceivedFrame {
	const unwrapped = typeof raw.data === 'string' ? embeddedObject(raw) : undefined;
	return {
		code: sixDigits(raw.code),
		message: asText(raw.message) ?? asText(raw.msg) ?? '',
		index: numberOf(raw.index),
		finished: raw.finish === 'y',
		data: unwrapped ?? asObject(raw.data),
		text: typeof raw.data === 'string' && !unwrapped ? raw.data : undefined,
		raw,
	};
}

/** A number that some servers send as text. */
export function numberOf(value: unknown): number | undefined {
	const number = Number(asText(value) ?? NaN);
	return Number.isNaN(number) ? undefined : number;
}

/** The data of a `json` or `flow` frame may be the JSON text of an object. */
function embeddedObject(raw: IDataObject): IDataObject | undefined {
	if (raw.type !== 'json' && raw.type !== 'flow') return undefined;
	const parsed = tryParseJson(String(raw.data));
	return isObject(parsed) ? parsed : undefined;
}
