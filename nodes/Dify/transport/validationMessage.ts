const HEAD = /^\d+ validation errors? for \S+\n/;
const DETAILS = / \[type=[^]*?\](?=\n|$)/;

/**
 * One line for the many that Dify's argument checks (pydantic) print: which value, and what is wrong
 * with it. Any other text stays as it is.
 *
 * @example `1 validation error for Query\nlimit\n  Input should be … [type=…]\n    For further …`
 * gives `limit: Input should be …`.
 */
export function readableMessage(message: string): string {
	if (!HEAD.test(message)) return message;
	const errors: string[] = [];
	let field = '';
	for (const line of message.replace(HEAD, '').split('\n')) {
		if (/^\S/.test(line)) field = line.trim();
		else if (/^ {2}\S/.test(line)) errors.push(errorOf(field, line));
	}
	return errors.join('; ') || message;
}

function errorOf(field: string, line: string): string {
	const text = line
		.trim()
		.replace(DETAILS, '')
		.replace(/^Value error, /, '');
	return field ? `${field}: ${text}` : text;
}
