/**
 * The file name that a Content-Disposition header gives, without folders. `filename*` takes
 * precedence over `filename` (RFC 6266).
 */
export function attachmentName(header: string | undefined): string | undefined {
	const name = encodedName(header) ?? plainName(header);
	return name?.split(/[\\/]/).pop()?.trim() || undefined;
}

/** A file name without folders: Dify refuses names with slashes of either kind. */
export function baseName(fileName: string): string {
	return fileName.split(/[\\/]/).pop() || 'file';
}

function encodedName(header = ''): string | undefined {
	const [, charset = '', encoded = ''] =
		/filename\*\s*=\s*"?([^'"]*)'[^']*'([^;"]+)/i.exec(header) ?? [];
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
	const [, quoted, bare] = /filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(header) ?? [];
	return quoted?.replace(/\\(.)/g, '$1') ?? bare;
}
