/** Blanks every secret in a value of any shape: texts and keys inside lists and objects, too. */
export interface Redact {
	<T>(value: T): T;
	/** How many of the last characters of a text may be the beginning of a secret. */
	unsure?(text: string): number;
}

/** Shorter secrets would blank ordinary words. */
const MIN_SECRET_LENGTH = 4;
const BLANK = '***';

/**
 * Makes the one function that blanks the secrets of a credential. It is applied where anything leaves
 * the package: items, errors, hints and live text.
 *
 * A secret is found as it is, percent-encoded, and escaped as in JSON or in web pages: so servers and
 * proxies repeat it by accident. Someone who wants to hide it has more ways than could be looked for.
 * Each spelling is searched for as a plain text: the work is linear, whatever a server sends.
 */
export function redactor(secrets: string[]): Redact {
	const spellings = [...new Set(secrets.flatMap(spellingsOf))]
		.filter((spelling) => spelling.length >= MIN_SECRET_LENGTH)
		.sort((left, right) => right.length - left.length);
	const holds = (text: string) => spellings.some((spelling) => text.includes(spelling));
	const blank = (text: string) =>
		spellings.reduce((clean, spelling) => clean.replaceAll(spelling, BLANK), text);
	// Values are copied only where there is something to blank: most have none.
	const redact: Redact = (value) =>
		someText(value, holds) ? (mapTexts(value, blank) as typeof value) : value;
	redact.unsure = (text) =>
		spellings.reduce((most, spelling) => Math.max(most, beginningAtEnd(text, spelling)), 0);
	return redact;
}

/**
 * The text without the beginning of a secret at its end: of a text that was cut, what is left may be
 * most of one.
 */
export function withoutBeginning(redact: Redact, text: string): string {
	return text.slice(0, text.length - (redact.unsure?.(text) ?? 0));
}

function spellingsOf(secret: string): string[] {
	return [secret, decoded(secret)].flatMap((text) => {
		const encoded = percentEncoded(text);
		const json = JSON.stringify(text).slice(1, -1);
		return [
			text,
			encoded,
			encoded.replace(/%../g, (escape) => escape.toLowerCase()),
			json,
			json.replaceAll('/', '\\/'),
			json.replace(/[<>&='+/]/g, (sign) => `\\u${hex(sign).padStart(4, '0')}`),
			escaped(text, /[&<>"']/g, HTML_NAMES),
			escaped(text, /[&<>"'/=`]/g, HTML_NAMES),
			escaped(text, /[&<>"'+/=`]/g, HTML_NUMBERS),
		];
	});
}

const HTML_NAMES = new Map([
	['&', '&amp;'],
	['<', '&lt;'],
	['>', '&gt;'],
	['"', '&quot;'],
	["'", '&#39;'],
	['/', '&#x2F;'],
	['=', '&#x3D;'],
	['`', '&#x60;'],
]);
const HTML_NUMBERS = new Map([...'&<>"\'+/=`'].map((sign) => [sign, `&#${sign.charCodeAt(0)};`]));

function escaped(text: string, signs: RegExp, names: Map<string, string>): string {
	return text.replace(signs, (sign) => names.get(sign) ?? sign);
}

function hex(sign: string): string {
	return sign.charCodeAt(0).toString(16);
}

function decoded(secret: string): string {
	try {
		return decodeURIComponent(secret);
	} catch {
		return secret;
	}
}

/** Half of a character that takes two cannot be encoded. */
function percentEncoded(text: string): string {
	try {
		return encodeURIComponent(text);
	} catch {
		return text;
	}
}

/** How many of the last characters of the text are the beginning of the secret. */
function beginningAtEnd(text: string, secret: string): number {
	for (let length = Math.min(secret.length - 1, text.length); length > 0; length--) {
		if (text.endsWith(secret.slice(0, length))) return length;
	}
	return 0;
}

/** Whether a text or key anywhere in the value passes the test. */
function someText(value: unknown, test: (text: string) => boolean): boolean {
	if (typeof value === 'string') return test(value);
	if (typeof value !== 'object' || value === null) return false;
	if (Array.isArray(value)) return value.some((entry) => someText(entry, test));
	return Object.entries(value).some(([key, entry]) => test(key) || someText(entry, test));
}

/** A copy of the value with every text and key changed. */
function mapTexts(value: unknown, change: (text: string) => string): unknown {
	if (typeof value === 'string') return change(value);
	if (Array.isArray(value)) return value.map((entry) => mapTexts(entry, change));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, entry]) => [change(key), mapTexts(entry, change)]),
	);
}
