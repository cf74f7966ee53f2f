/** Blanks every secret in a value of any shape: texts inside lists and objects, too. */
export type Redact = <T>(value: T) => T;

/** Shorter secrets would blank ordinary words. */
const MIN_SECRET_LENGTH = 4;

/**
 * Makes the one function that blanks the secrets of a credential. It is applied where anything leaves
 * the package: items, errors, hints and live text.
 *
 * A secret is also found where it is URL-encoded or decoded, or where its signs are escaped as in web
 * pages or in JSON inside of a text: servers and proxies echo it in these forms. Looking for all forms
 * in all texts would cost more than the rest of the work, so each text is first searched for a trace
 * of a secret: its longest run of letters and digits, which no escaping changes.
 */
export function redactor(secrets: string[]): Redact {
	const forms = secrets.flatMap((secret) => [secret, encodeURIComponent(secret), decoded(secret)]);
	const known = [...new Set(forms)].filter((form) => form.length >= MIN_SECRET_LENGTH);
	const patterns = known.map(anySpelling);
	const traces = known.map(traceOf);
	const mayHold = (text: string) => traces.some((trace) => text.includes(trace));
	const redactText = (text: string) =>
		patterns.reduce((clean, pattern) => clean.replace(pattern, '***'), text);
	// Values are copied only where there is something to blank: most have none.
	return (value) =>
		someText(value, mayHold) ? (mapTexts(value, redactText) as typeof value) : value;
}

/** Whether a text anywhere in the value passes the test. */
function someText(value: unknown, test: (text: string) => boolean): boolean {
	if (typeof value === 'string') return test(value);
	if (typeof value !== 'object' || value === null) return false;
	return Object.values(value).some((entry) => someText(entry, test));
}

/** A copy of the value with every text changed. */
function mapTexts(value: unknown, change: (text: string) => string): unknown {
	if (typeof value === 'string') return change(value);
	if (Array.isArray(value)) return value.map((entry) => mapTexts(entry, change));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, entry]) => [key, mapTexts(entry, change)]),
	);
}

/** The longest run of letters and digits; an empty one is found in every text. */
function traceOf(secret: string): string {
	const runs = secret.match(/[a-z\d]+/gi) ?? [];
	const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
	return longest.length < MIN_SECRET_LENGTH ? '' : longest;
}

function anySpelling(secret: string): RegExp {
	return new RegExp([...secret].map(spellings).join(''), 'gu');
}

/** The pattern of one sign; nobody escapes letters and digits. */
function spellings(sign: string): string {
	if (/[a-z\d]/i.test(sign)) return sign;
	const code = sign.codePointAt(0) ?? 0;
	const hex = code
		.toString(16)
		.padStart(2, '0')
		.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
	const plain = `\\\\*\\u{${code.toString(16)}}`;
	return `(?:${plain}|\\\\+u0*${hex}|%(?:25)*${hex}|&#(?:0*${code}|[xX]0*${hex});)`;
}

function decoded(secret: string): string {
	try {
		return decodeURIComponent(secret);
	} catch {
		return secret;
	}
}
