import type { IDataObject } from 'n8n-workflow';

/** The value if it is a plain object, otherwise an empty one: server data may have any shape. */
export function asObject(value: unknown): IDataObject {
	return isObject(value) ? value : {};
}

/** Whether the value is a plain object, neither a list nor `null`. */
export function isObject(value: unknown): value is IDataObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The objects of a list; an empty list for anything else. */
export function objectsIn(value: unknown): IDataObject[] {
	return Array.isArray(value) ? value.filter(isObject) : [];
}

/**
 * A non-empty string or a number, as a string; otherwise `undefined`. Ids come as both. `NaN`, which
 * an expression may give, counts as nothing.
 */
export function asText(value: unknown): string | undefined {
	if (typeof value === 'number') return Number.isNaN(value) ? undefined : String(value);
	return typeof value === 'string' && value !== '' ? value : undefined;
}

/** {@link asText} without blanks at its ends; `undefined` if nothing is left. */
export function trimmed(value: unknown): string | undefined {
	return asText(value)?.trim() || undefined;
}

/** A copy without the keys whose value is `undefined`. */
export function defined(fields: IDataObject): IDataObject {
	return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** A copy with only the named fields, as far as they are there. */
export function pick(from: IDataObject, fields: string[]): IDataObject {
	return Object.fromEntries(
		fields.filter((field) => field in from).map((field) => [field, from[field]]),
	);
}
