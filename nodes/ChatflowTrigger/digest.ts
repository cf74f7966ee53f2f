import { createHash } from 'crypto';

/**
 * A short fingerprint of JSON data: equal for equal data, practically always different for different
 * data, and impossible to reverse. 16 characters.
 */
export function digest(data: unknown): string {
	return createHash('sha256').update(JSON.stringify(data)).digest('base64url').slice(0, 16);
}
