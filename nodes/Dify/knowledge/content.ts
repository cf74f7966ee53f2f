import type { IDataObject } from 'n8n-workflow';
import { createHash } from 'node:crypto';

import type { ItemFile } from '../../shared/binary';
import type { Call } from '../../shared/client';
import { path } from '../../shared/client';
import { invalidValue } from '../../shared/errors';
import { cleanFileName } from '../../shared/fileName';
import type { Item } from '../../shared/item';
import { multipart } from '../../shared/multipart';
import { asText, trimmed } from '../../shared/values';

/** What a document is made of: a file or a text of the item. */
export interface Content {
	/** Of the document. Dify tells documents apart by it. */
	name: string;
	isFile: boolean;
	/** The SHA-256 of its bytes, in hex digits. Reads the file once. */
	hash(): Promise<string>;
	/** The call that makes a document of it. */
	call(datasetId: string, settings: IDataObject): Call;
}

/** What Dify reads; those behind `doc` only with the Unstructured service. */
const EXTENSIONS =
	'txt md mdx markdown pdf html htm xlsx xls docx csv vtt properties doc eml msg ppt pptx xml epub'.split(
		' ',
	);
const MAX_NAME_LENGTH = 200;

/** What Dify refuses without a word. */
export const FILE_LIMITS = `Dify takes ${EXTENSIONS.join(', ')} (those from doc on need its Unstructured service), and 15 MB if the server has no other limit (UPLOAD_FILE_SIZE_LIMIT)`;

/**
 * The content that the item's parameters name.
 *
 * @throws ChatflowError if Dify would refuse it, or cut its name.
 */
export async function contentOf(item: Item): Promise<Content> {
	return item.value('source') === 'text' ? textOf(item) : await fileOf(item);
}

/** The name of the document that {@link contentOf} gives, without a look at its content. */
export function nameOf(item: Item): string {
	if (item.value('source') === 'text') return withinLimit(item.id('name'));
	const field = item.id('binaryPropertyName');
	const binary = item.context.helpers.assertBinaryData(item.index, field);
	const extension = binary.fileExtension ? `.${binary.fileExtension}` : '';
	const given = trimmed(item.options.documentName) ?? asText(binary.fileName) ?? `file${extension}`;
	// Quotes would end the name in the header of its part.
	return withinLimit(
		cleanFileName(withinLimit(given.replace(/^.*[/\\]/s, '')).replaceAll('"', "'")),
	);
}

function withinLimit(name: string): string {
	if (name.length <= MAX_NAME_LENGTH) return name;
	throw invalidValue(
		`The name of the document has ${name.length} characters`,
		`Dify keeps ${MAX_NAME_LENGTH}. Give it a shorter name`,
	);
}

function textOf(item: Item): Content {
	const name = nameOf(item);
	const text = item.text('text');
	return {
		name,
		isFile: false,
		hash: async () => createHash('sha256').update(text).digest('hex'),
		call: (datasetId, settings) => ({
			method: 'POST',
			path: path`/datasets/${datasetId}/document/create-by-text`,
			body: { name, text, ...settings },
		}),
	};
}

async function fileOf(item: Item): Promise<Content> {
	const name = nameOf(item);
	const field = item.id('binaryPropertyName');
	checkExtension(name);
	const open = async (): Promise<ItemFile> => ({ ...(await item.file(field)), fileName: name });
	const opened = await open();
	opened.dispose();
	if (opened.length === 0) {
		throw invalidValue(
			`The file "${name}" is empty`,
			'Dify would make a document of it in which nothing can be found',
		);
	}
	return {
		name,
		isFile: true,
		hash: async () => await hashOf(await open()),
		call: (datasetId, settings) => ({
			method: 'POST',
			path: path`/datasets/${datasetId}/document/create-by-file`,
			form: async () =>
				multipart({ data: JSON.stringify(settings) }, { field: 'file', content: await open() }),
		}),
	};
}

function checkExtension(name: string): void {
	const extension = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
	if (EXTENSIONS.includes(extension)) return;
	throw invalidValue(
		extension
			? `Dify makes no documents of .${extension} files: "${name}"`
			: `The name "${name}" has no extension, so Dify cannot tell what kind of file it is`,
		FILE_LIMITS,
	);
}

async function hashOf(file: ItemFile): Promise<string> {
	const { content } = file;
	const hash = createHash('sha256');
	try {
		if (Buffer.isBuffer(content)) hash.update(content);
		else for await (const chunk of content) hash.update(chunk as Uint8Array);
		return hash.digest('hex');
	} finally {
		file.dispose();
	}
}
