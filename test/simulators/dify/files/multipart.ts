import type { Readable } from 'node:stream';
import { BytesSink, type StoredBytes } from './bytes';

export interface MultipartFile {
	field: string;
	filename: string;
	mimeType: string | null;
	bytes: StoredBytes;
}

export interface MultipartForm {
	fields: Record<string, string>;
	files: MultipartFile[];
}

interface PartHead {
	name: string;
	filename: string | undefined;
	mimeType: string | null;
}

const CRLF = Buffer.from('\r\n');
const HEAD_END = Buffer.from('\r\n\r\n');
const MAX_HEAD = 16 * 1024;

/** The boundary of a multipart content type, or undefined when it is none. */
export function boundaryOf(contentType: string | undefined): string | undefined {
	if (!contentType || !/^multipart\/form-data/i.test(contentType)) return undefined;
	const match = /boundary=(?:"([^"]+)"|([^;]+))/i.exec(contentType);
	return (match?.[1] ?? match?.[2])?.trim();
}

function disposition(value: string, parameter: string): string | undefined {
	const plain = new RegExp(`;\\s*${parameter}="((?:[^"\\\\]|\\\\.)*)"`, 'i').exec(value)?.[1];
	const encoded = new RegExp(`;\\s*${parameter}\\*=UTF-8''([^;]+)`, 'i').exec(value)?.[1];
	if (encoded !== undefined) return decodeURIComponent(encoded.trim());
	if (plain !== undefined) return plain.replace(/%22/g, '"').replace(/\\(.)/g, '$1');
	return new RegExp(`;\\s*${parameter}=([^;"\\s]+)`, 'i').exec(value)?.[1];
}

function parseHead(raw: Buffer): PartHead {
	const headers = new Map<string, string>();
	for (const line of raw.toString('utf8').split('\r\n')) {
		const colon = line.indexOf(':');
		if (colon > 0)
			headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
	}
	const value = headers.get('content-disposition') ?? '';
	return {
		name: disposition(value, 'name') ?? '',
		filename: disposition(value, 'filename'),
		mimeType: headers.get('content-type') ?? null,
	};
}

/** Splits a multipart body into its parts without ever holding a file in memory. */
export class MultipartReader {
	readonly form: MultipartForm = { fields: {}, files: [] };
	private readonly delimiter: Buffer;
	private pending: Buffer;
	private stage: 'preamble' | 'head' | 'body' | 'done' = 'preamble';
	private head: PartHead | undefined;
	private sink: BytesSink | undefined;

	constructor(
		boundary: string,
		private readonly makeSink: () => BytesSink,
	) {
		this.delimiter = Buffer.from(`\r\n--${boundary}`);
		// A body starts with the boundary itself; a leading CRLF makes it look like all others.
		this.pending = CRLF;
	}

	/** Reads to the end; a body beyond `limit` bytes is taken in but not kept, and null returned. */
	async read(source: Readable, limit: number): Promise<MultipartForm | null> {
		let size = 0;
		for await (const chunk of source) {
			size += (chunk as Buffer).length;
			if (size > limit) continue;
			this.pending = Buffer.concat([this.pending, chunk as Buffer]);
			while (await this.step());
		}
		return size > limit ? null : this.form;
	}

	/** Consumes what it can; false when more bytes are needed. */
	private async step(): Promise<boolean> {
		if (this.stage === 'head') return this.readHead();
		if (this.stage === 'done') {
			this.pending = Buffer.alloc(0);
			return false;
		}
		return this.readUntilDelimiter();
	}

	private readHead(): boolean {
		// Right after a delimiter: `--` ends the body, CRLF starts a part's head.
		if (this.pending.length < 2) return false;
		if (this.pending.subarray(0, 2).toString() === '--') {
			this.stage = 'done';
			return true;
		}
		const end = this.pending.indexOf(HEAD_END);
		if (end < 0) {
			if (this.pending.length > MAX_HEAD) throw new Error('multipart head too long');
			return false;
		}
		this.head = parseHead(this.pending.subarray(2, end));
		this.pending = this.pending.subarray(end + HEAD_END.length);
		this.sink = this.makeSink();
		this.stage = 'body';
		return true;
	}

	private async readUntilDelimiter(): Promise<boolean> {
		const at = this.pending.indexOf(this.delimiter);
		if (at < 0) {
			const safe = this.pending.length - this.delimiter.length;
			if (safe > 0) {
				await this.sink?.write(this.pending.subarray(0, safe));
				this.pending = this.pending.subarray(safe);
			}
			return false;
		}
		if (at > 0) await this.sink?.write(this.pending.subarray(0, at));
		if (this.stage === 'body') await this.endPart();
		this.pending = this.pending.subarray(at + this.delimiter.length);
		this.stage = 'head';
		return true;
	}

	private async endPart(): Promise<void> {
		const { head, sink } = this;
		if (!head || !sink) return;
		this.sink = undefined;
		const bytes = await sink.finish();
		if (head.filename === undefined) {
			this.form.fields[head.name] = (bytes.content ?? Buffer.alloc(0)).toString('utf8');
			return;
		}
		this.form.files.push({
			field: head.name,
			filename: head.filename,
			mimeType: head.mimeType,
			bytes,
		});
	}
}
