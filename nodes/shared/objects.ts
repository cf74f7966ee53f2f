import type { IDataObject } from 'n8n-workflow';

/** The value when it is a plain object, otherwise an empty one: server data may have any shape. */
export function asObject(value: unknown): IDataObject {
	return isObject(value) ? value : {};
}

/** Whether the value is a plain object, neither a list nor `null`. */
export function isObject(value: unknown): value is IDataObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The value when it is a non-empty string or a number, as a string; otherwise `undefined`. Ids come
 * as both. `NaN`, which an expression may give, says nothing.
 */
export function asText(value: unknown): string | undefined {
	if (typeof value === 'number') return Number.isNaN(value) ? undefined : String(value);
	return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A copy without the keys whose value is `undefined`. */
export function defined(fields: IDataObject): IDataObject {
	return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
