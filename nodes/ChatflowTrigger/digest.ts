import { createHash } from 'crypto';

/**
 * A short fingerprint of JSON data: equal for equal data, different (as good as certainly) for
 * different data, and no way back to it. 16 characters.
 */
export function digest(data: unknown): string {
	return createHash('sha256').update(JSON.stringify(data)).digest('base64url').slice(0, 16);
}
