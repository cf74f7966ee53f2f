import { randomUUID } from 'node:crypto';
import type { RequestContext } from '../context';
import { DifyError, invalidParam } from '../errors';
import { bytesInMemory } from '../files/bytes';
import { extensionOf, kindOf } from '../files/kinds';
import type { MultipartFile } from '../files/multipart';
import type { KnowledgeFile } from './records';

/** What the server can read into a knowledge base without further services. */
export const DOCUMENT_EXTENSIONS = [
	...['txt', 'md', 'mdx', 'markdown', 'pdf', 'html', 'htm'],
	...['xlsx', 'xls', 'docx', 'csv', 'vtt', 'properties'],
];

/** The one file of a form; undefined where none is needed and none came. */
export function onlyFile(files: MultipartFile[], required: boolean): MultipartFile | undefined {
	const file = files.find((part) => part.field === 'file');
	if (!file) {
		if (!required) return undefined;
		throw new DifyError(400, 'no_file_uploaded', 'Please upload your file.');
	}
	// Parts of one name count as one.
	if (files.some((part) => part.field !== 'file'))
		throw new DifyError(400, 'too_many_files', 'Only one file is allowed.');
	if (!file.filename) {
		throw new DifyError(400, 'filename_not_exists_error', 'The specified filename does not exist.');
	}
	return file;
}

/** A name that the server keeps: cut to 200 characters before its extension. */
function keptName(name: string): string {
	if (name.length <= 200) return name;
	return `${(name.split('.')[0] ?? '').slice(0, 200)}.${extensionOf(name)}`;
}

const UNSUPPORTED = new DifyError(415, 'unsupported_file_type', 'File type not allowed.');

/** The text of 1.12 is as it stands in its source. */
function tooLarge({ core }: RequestContext): DifyError {
	const message = core.traits.documentPatch ? '' : 'File size exceeded. {message}';
	return new DifyError(413, 'file_too_large', message);
}

function checkFile(context: RequestContext, file: MultipartFile, creating: boolean): void {
	if (/[/\\]/.test(file.filename)) throw invalidParam('Filename contains invalid characters');
	// On creation both faults are an `invalid_param` without any text.
	if (!DOCUMENT_EXTENSIONS.includes(extensionOf(file.filename))) {
		throw creating ? invalidParam('') : UNSUPPORTED;
	}
	const limit = context.core.settings.uploadLimitsMb.document * 1024 * 1024;
	if (file.bytes.size > limit) throw creating ? invalidParam('') : tooLarge(context);
}

export function storeFile(
	context: RequestContext,
	file: MultipartFile,
	creating: boolean,
): KnowledgeFile {
	checkFile(context, file, creating);
	return keep(context, file);
}

/** A file of any kind, up to the size of its kind. */
export function storeAny(context: RequestContext, file: MultipartFile): KnowledgeFile {
	const { uploadLimitsMb } = context.core.settings;
	const limit = uploadLimitsMb[kindOf(extensionOf(file.filename))] * 1024 * 1024;
	if (file.bytes.size > limit) throw tooLarge(context);
	return keep(context, file);
}

function keep(context: RequestContext, file: MultipartFile): KnowledgeFile {
	const name = keptName(file.filename);
	const stored: KnowledgeFile = {
		id: randomUUID(),
		name,
		extension: extensionOf(name),
		mimeType: file.mimeType ?? 'application/octet-stream',
		size: file.bytes.size,
		bytes: file.bytes,
		createdAt: Date.now(),
	};
	context.core.state.knowledge.files.set(stored.id, stored);
	return stored;
}

/** A text is kept as a file without a name's extension; its size counts characters. */
export function storeText(context: RequestContext, name: string, text: string): KnowledgeFile {
	const stored: KnowledgeFile = {
		id: randomUUID(),
		name: name.slice(0, 200),
		extension: 'txt',
		mimeType: 'text/plain',
		size: [...text].length,
		bytes: bytesInMemory(Buffer.from(text)),
		createdAt: Date.now(),
	};
	context.core.state.knowledge.files.set(stored.id, stored);
	return stored;
}

/** What is indexed of a file: its text, or a word about one that is too large to keep. */
export function textOf(file: KnowledgeFile): string {
	const { content, size, sha256 } = file.bytes;
	return content?.toString('utf8') ?? `${file.name}: ${size} bytes, SHA-256 ${sha256}`;
}
