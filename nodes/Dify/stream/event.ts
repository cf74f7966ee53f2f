import type { IDataObject } from 'n8n-workflow';

import { tryParseJson } from '../../shared/json';
import { asText, isObject } from '../../shared/objects';

/** One event of the stream. `raw` is the event as received; `data` its nested object, empty when it has none. */
export interface DifyEvent {
	name: string;
	raw: IDataObject;
	data: IDataObject;
}

/** Reads the data of one SSE message. What is not a JSON object gives `undefined` and is to be skipped. */
export function parseEvent(text: string): DifyEvent | undefined {
	const raw = tryParseJson(text);
	return isObject(raw) ? toEvent(raw) : undefined;
}

const NO_DATA: IDataObject = Object.freeze({});

/** An event from its object; one without a name gets an empty one. */
export function toEvent(raw: IDataObject): DifyEvent {
	return { name: asText(raw.event) ?? '', raw, data: isObject(raw.data) ? raw.data : NO_DATA };
}
