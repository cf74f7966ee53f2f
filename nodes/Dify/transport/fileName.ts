/**
 * The file name that a Content-Disposition header gives, `filename*` before `filename`
 * (RFC 6266), without any folders.
 */
export function attachmentName(header: string | undefined): string | undefined {
	const name = extended(header) ?? plain(header);
	return name?.split(/[\\/]/).pop()?.trim() || undefined;
}

/** A file name without the folders before it: Dify refuses names with slashes of either kind (facts 4). */
export function baseName(fileName: string): string {
	return fileName.split(/[\\/]/).pop() || 'file';
}

function extended(header = ''): string | undefined {
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

function plain(header = ''): string | undefined {
	const [, quoted, bare] = /filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(header) ?? [];
	return quoted?.replace(/\\(.)/g, '$1') ?? bare;
}

/** The MIME type of a Content-Type header, without its parameters. */
export function mimeTypeOf(header: string | undefined): string | undefined {
	return header?.split(';')[0]?.trim().toLowerCase() || undefined;
}
