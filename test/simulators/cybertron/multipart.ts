import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';

/** An uploaded file; big ones are only counted and hashed. */
export interface UploadedFile {
	field: string;
	fileName: string;
	contentType: string;
	size: number;
	/** Hexadecimal. */
	sha256: string;
	/** The bytes of files up to the limit, else undefined. */
	bytes?: Buffer;
}

export interface Form {
	fields: Record<string, string>;
	files: UploadedFile[];
	/** False when the body ended before the closing boundary. */
	complete: boolean;
}

/** Files up to this size keep their bytes. */
const KEEP_BYTES = 1024 * 1024;
const HEADERS_END = Buffer.from('\r\n\r\n');

/** The boundary of a multipart content type, or undefined when it is something else. */
export function boundaryOf(contentType: string | undefined): string | undefined {
	const match = /^multipart\/form-data;.*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType ?? '');
	return match?.[1] ?? match?.[2];
}

/** One part while its content runs through. */
class Part {
	private readonly hash = createHash('sha256');
	private kept: Buffer[] | undefined = [];
	private size = 0;
	private readonly field: string;
	private readonly fileName: string | undefined;
	private readonly contentType: string;

	constructor(headers: string) {
		const disposition = /^content-disposition:(.*)$/im.exec(headers)?.[1] ?? '';
		this.field = /[;\s]name="([^"]*)"/i.exec(disposition)?.[1] ?? '';
		this.fileName = /filename="([^"]*)"/i.exec(disposition)?.[1];
		this.contentType = /^content-type:\s*(.*)$/im.exec(headers)?.[1]?.trim() ?? '';
	}

	write(chunk: Buffer): void {
		this.size += chunk.length;
		this.hash.update(chunk);
		if (this.size > KEEP_BYTES) this.kept = undefined;
		this.kept?.push(Buffer.from(chunk));
	}

	addTo(form: Form): void {
		const { field, fileName, contentType, size } = this;
		const bytes = this.kept && Buffer.concat(this.kept);
		if (fileName === undefined) {
			form.fields[field] = bytes?.toString('utf8') ?? '';
			return;
		}
		const sha256 = this.hash.digest('hex');
		form.files.push({ field, fileName, contentType, size, sha256, ...(bytes && { bytes }) });
	}
}

/**
 * Reads a multipart form as it arrives, holding back no more than a boundary's length of any file,
 * so that uploads of any size pass in constant memory.
 */
export async function readForm(stream: Readable, boundary: string): Promise<Form> {
	const form: Form = { fields: {}, files: [], complete: false };
	const delimiter = Buffer.from(`\r\n--${boundary}`);
	let part: Part | undefined;
	// The first boundary has no line break before it; giving it one makes all boundaries alike.
	let rest: Buffer = Buffer.from('\r\n');
	for await (const chunk of stream) {
		rest = rest.length > 0 ? Buffer.concat([rest, chunk as Buffer]) : (chunk as Buffer);
		while (!form.complete) {
			const at = rest.indexOf(delimiter);
			if (at < 0) {
				const safe = Math.max(0, rest.length - delimiter.length);
				part?.write(rest.subarray(0, safe));
				rest = rest.subarray(safe);
				break;
			}
			const afterDelimiter = at + delimiter.length;
			const headersEnd = rest.indexOf(HEADERS_END, afterDelimiter);
			const isLast = rest.subarray(afterDelimiter, afterDelimiter + 2).toString() === '--';
			if (!isLast && headersEnd < 0) break;
			part?.write(rest.subarray(0, at));
			part?.addTo(form);
			form.complete = isLast;
			part = isLast ? undefined : new Part(rest.subarray(afterDelimiter, headersEnd).toString());
			rest = rest.subarray(isLast ? rest.length : headersEnd + HEADERS_END.length);
		}
	}
	return form;
}
