import FormData from 'form-data';

import type { ItemFile } from './binary';
import { cleanFileName, cleanMimeType } from './fileName';

/** A `multipart/form-data` body for one request; it can be sent once. */
export interface Multipart {
	/** For the `body` of an n8n HTTP request, which takes boundary and length from it. */
	body: FormData;
	/** Closes the file; call it when the request is over, however it ended. */
	dispose(): void;
}

/**
 * Makes a form of text fields and one streamed file. Its length is known beforehand, so it is sent
 * with a Content-Length and never held in memory as a whole. Send it with `disableFollowRedirect`:
 * n8n's HTTP client keeps a copy of the whole body for redirects otherwise.
 *
 * @param fields Fields whose value is `undefined` are left out.
 * @param file The form field of the file and its content.
 */
export function multipart(
	fields: Record<string, string | undefined>,
	file?: { field: string; content: ItemFile },
): Multipart {
	const form = new FormData();
	for (const [name, value] of Object.entries(fields)) {
		if (value !== undefined) form.append(name, value);
	}
	if (file) appendFile(form, file.field, file.content);
	return { body: form, dispose: () => file?.content.dispose() };
}

/** An empty stream has to go as a buffer: form-data takes a known length of 0 for an unknown one. */
function appendFile(form: FormData, field: string, file: ItemFile): void {
	form.append(field, file.length === 0 ? Buffer.alloc(0) : file.content, {
		// Both stand in the headers of their part: a line feed would begin another header.
		filename: cleanFileName(file.fileName),
		contentType: cleanMimeType(file.mimeType),
		knownLength: file.length,
	});
}
