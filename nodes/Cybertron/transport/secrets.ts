import { redactValue } from '../../shared/errors';

/** Takes the secrets out of a parsed answer that a server sent; `text` is what it was parsed from. */
export type Cleaner = <T>(text: string, parsed: T) => T;

const SHORTEST_TRACE = 4;

/**
 * Makes a cleaner for servers that echo what they were sent. Looking into every value of every frame
 * would cost as much as parsing it, so the raw text is asked first for a trace of a secret: its
 * longest run of letters and digits, which no escaping changes.
 */
export function secretCleaner(secrets: string[]): Cleaner {
	const traces = secrets.filter(Boolean).map(traceOf);
	return (text, parsed) =>
		traces.some((trace) => text.includes(trace))
			? (redactValue(parsed, secrets) as typeof parsed)
			: parsed;
}

/** An empty trace is found in every text. */
function traceOf(secret: string): string {
	const runs = secret.match(/[a-z\d]+/gi) ?? [];
	const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
	return longest.length < SHORTEST_TRACE ? '' : longest;
}
