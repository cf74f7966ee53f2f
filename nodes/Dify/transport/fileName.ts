import { cleanFileName } from '../../shared/fileName';

/** A longer header is cut: no file is called so. */
const MAX_HEADER_LENGTH = 2_000;

/**
 * The file name that a Content-Disposition header gives, without folders. `filename*` takes
 * precedence over `filename` (RFC 6266).
 */
export function attachmentName(header: string | undefined): string | undefined {
	const given = header?.slice(0, MAX_HEADER_LENGTH);
	const name = encodedName(given) ?? plainName(given);
	return name === undefined ? undefined : cleanFileName(name, '') || undefined;
}

function encodedName(header = ''): string | undefined {
	const value = /filename\*\s?=\s?"?([^;"]+)/i.exec(header)?.[1] ?? '';
	const [charset = '', , encoded = ''] = value.split("'", 3);
	if (encoded === '') return undefined;
	if (/^iso-8859-1$/i.test(charset)) {
		return encoded.replace(/%([\da-f]{2})/gi, (_, hex: string) =>
			String.fromCharCode(parseInt(hex, 16)),
		);
	}
	try {
		return decodeURIComponent(encoded);
	} catch {
		return undefined;
	}
}

function plainName(header = ''): string | undefined {
	const [, quoted, bare] = /filename\s?=\s?(?:"((?:[^"\\]|\\.)*)"|([^;\s"]+))/i.exec(header) ?? [];
	return quoted?.replace(/\\(.)/g, '$1') ?? bare;
}
