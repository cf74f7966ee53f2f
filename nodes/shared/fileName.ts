const MAX_NAME_LENGTH = 200;
const UNKNOWN_TYPE = 'application/octet-stream';

/**
 * A name of a file that is one in every folder and in every header: no folders, no control
 * characters, not too long. For every name that a server, an item or a user gives.
 *
 * @param otherwise If nothing is left of it.
 */
export function cleanFileName(name: string, otherwise = 'file'): string {
	const base = lastPart(lastPart(name, '/'), '\\');
	const clean = [...base.slice(-MAX_NAME_LENGTH)].filter(isPrintable).join('').trim();
	return clean === '' || clean === '.' || clean === '..' ? otherwise : clean;
}

/** A MIME type without parameters; the general one if it is none. It may stand in a header. */
export function cleanMimeType(type: string): string {
	const bare = (type.split(';', 1)[0] ?? '').trim().toLowerCase();
	return /^[\w.+-]{1,100}\/[\w.+-]{1,100}$/.test(bare) ? bare : UNKNOWN_TYPE;
}

function lastPart(text: string, separator: string): string {
	return text.slice(text.lastIndexOf(separator) + 1);
}

function isPrintable(sign: string): boolean {
	const code = sign.codePointAt(0) ?? 0;
	const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0);
	return !isControl && code !== 0x2028 && code !== 0x2029;
}
