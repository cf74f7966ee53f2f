import { crc32 } from './crc32';

interface Entry {
	name: string;
	content: Buffer;
}

function header(signature: number, size: number, fields: Array<[number, number, 2 | 4]>): Buffer {
	const buffer = Buffer.alloc(size);
	buffer.writeUInt32LE(signature, 0);
	for (const [at, value, width] of fields) {
		if (width === 2) buffer.writeUInt16LE(value, at);
		else buffer.writeUInt32LE(value, at);
	}
	return buffer;
}

/** A ZIP archive whose entries are stored as they are, names in UTF-8. */
export function zipOf(entries: Entry[]): Buffer {
	const parts: Buffer[] = [];
	const directory: Buffer[] = [];
	let offset = 0;
	for (const { name, content } of entries) {
		const bytes = Buffer.from(name);
		const { length } = content;
		const crc = crc32(content);
		const local = header(0x04034b50, 30, [
			[4, 20, 2],
			[6, 0x0800, 2],
			[14, crc, 4],
			[18, length, 4],
			[22, length, 4],
			[26, bytes.length, 2],
		]);
		const central = header(0x02014b50, 46, [
			[4, 20, 2],
			[6, 20, 2],
			[8, 0x0800, 2],
			[16, crc, 4],
			[20, length, 4],
			[24, length, 4],
			[28, bytes.length, 2],
			[42, offset, 4],
		]);
		parts.push(local, bytes, content);
		directory.push(central, bytes);
		offset += local.length + bytes.length + length;
	}
	const central = Buffer.concat(directory);
	const end = header(0x06054b50, 22, [
		[8, entries.length, 2],
		[10, entries.length, 2],
		[12, central.length, 4],
		[16, offset, 4],
	]);
	return Buffer.concat([...parts, central, end]);
}
