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

/** Appends all entries. (`push(...entries)` fails when there are more than about 120,000.) */
export function append<T>(list: T[], entries: T[]): void {
	for (const entry of entries) list.push(entry);
}

/** A copy without the keys whose value is `undefined`. */
export function defined(fields: IDataObject): IDataObject {
	return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/**
 * Copies the fields of an object into another one. A field that is called `__proto__` is one like any
 * other. (A new object for every event would make long streams quadratic.)
 *
 * @param wanted Which of them; all by default.
 */
export function assign(
	to: IDataObject,
	from: IDataObject,
	wanted: (key: string) => boolean = () => true,
): void {
	for (const key of Object.keys(from)) {
		if (wanted(key)) put(to, key, from[key]);
	}
}

/** Sets one field, whatever it is called. */
export function put(to: IDataObject, key: string, value: IDataObject[string]): void {
	if (key !== '__proto__') to[key] = value;
	else {
		const field = { value, enumerable: true, configurable: true, writable: true };
		Object.defineProperty(to, key, field);
	}
}

/** A copy with only the named fields, as far as they are there. */
export function pick(from: IDataObject, fields: string[]): IDataObject {
	return Object.fromEntries(
		fields.filter((field) => field in from).map((field) => [field, from[field]]),
	);
}
