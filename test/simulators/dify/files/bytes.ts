import { createHash, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import type { TempDirectory } from '../../shared/temp-files';

/** The bytes of one file, wherever they are kept; `open()` reads them from the beginning. */
export interface StoredBytes {
	size: number;
	sha256: string;
	/** The whole content when it is kept in memory, otherwise null. */
	content: Buffer | null;
	open(): Readable;
}

export function bytesInMemory(content: Buffer): StoredBytes {
	return {
		size: content.length,
		sha256: createHash('sha256').update(content).digest('hex'),
		content,
		open: () => Readable.from([content]),
	};
}

const PATTERN = Buffer.from(Array.from({ length: 65_536 }, (_, index) => (index * 31) & 0xff));

/**
 * A file of any size whose bytes follow a fixed pattern and need no storage, for downloads
 * of a gigabyte. Its hash is left empty.
 */
export function patternBytes(size: number): StoredBytes {
	function* blocks(): Generator<Buffer> {
		for (let left = size; left > 0; left -= PATTERN.length) {
			yield left >= PATTERN.length ? PATTERN : PATTERN.subarray(0, left);
		}
	}
	return { size, sha256: '', content: null, open: () => Readable.from(blocks()) };
}

/** Takes a file's bytes as they come: in memory up to a limit, beyond it in a temporary file. */
export class BytesSink {
	private readonly hash: Hash = createHash('sha256');
	private chunks: Buffer[] = [];
	private size = 0;
	private path: string | undefined;
	private stream: WriteStream | undefined;

	constructor(
		private readonly temp: TempDirectory,
		private readonly memoryLimit: number,
	) {}

	async write(chunk: Buffer): Promise<void> {
		this.size += chunk.length;
		this.hash.update(chunk);
		if (!this.stream && this.size <= this.memoryLimit) {
			// A copy, because the parser's chunk may be a view of a reused buffer.
			this.chunks.push(Buffer.from(chunk));
			return;
		}
		await this.spill(chunk);
	}

	private async spill(chunk: Buffer): Promise<void> {
		if (!this.stream) {
			this.path = this.temp.nextPath();
			this.stream = createWriteStream(this.path);
			for (const held of this.chunks) this.stream.write(held);
			this.chunks = [];
		}
		if (!this.stream.write(chunk)) await once(this.stream, 'drain');
	}

	async finish(): Promise<StoredBytes> {
		const sha256 = this.hash.digest('hex');
		if (!this.stream || !this.path) {
			const content = Buffer.concat(this.chunks);
			return { size: this.size, sha256, content, open: () => Readable.from([content]) };
		}
		this.stream.end();
		await once(this.stream, 'close');
		const path = this.path;
		return { size: this.size, sha256, content: null, open: () => createReadStream(path) };
	}
}
