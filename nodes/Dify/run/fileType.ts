/** Kinds of files that Dify tells apart (specification, ChatRequest.files). */
export type FileType = 'image' | 'document' | 'audio' | 'video' | 'custom';

const EXTENSIONS: Record<Exclude<FileType, 'custom'>, string[]> = {
	image: ['jpg', 'jpeg', 'png', 'webp', 'gif', 'svg'],
	audio: ['mp3', 'm4a', 'wav', 'amr', 'mpga'],
	video: ['mp4', 'mov', 'mpeg', 'webm'],
	document: [
		...['txt', 'md', 'mdx', 'markdown', 'pdf', 'html', 'htm', 'xml', 'epub', 'vtt', 'properties'],
		...['doc', 'docx', 'xls', 'xlsx', 'ppt', 'pptx', 'csv', 'eml', 'msg'],
	],
};

/**
 * The kind of a file, as Dify itself finds it: by the extension of its name, else by its MIME type;
 * what fits nowhere is `custom`.
 *
 * @returns `undefined` when neither tells anything.
 */
export function fileType(fileName: string, mimeType = ''): FileType | undefined {
	const extension = /\.([a-z\d]+)$/i.exec(fileName)?.[1]?.toLowerCase();
	return (
		(extension ? byExtension(extension) : undefined) ??
		byMimeType(mimeType.toLowerCase()) ??
		(extension ? 'custom' : undefined)
	);
}

function byExtension(extension: string): FileType | undefined {
	const known = Object.entries(EXTENSIONS).find(([, extensions]) => extensions.includes(extension));
	return known?.[0] as FileType | undefined;
}

function byMimeType(mimeType: string): FileType | undefined {
	if (mimeType === '' || mimeType === 'application/octet-stream') return undefined;
	const kind = /^(image|audio|video)\//.exec(mimeType)?.[1];
	if (kind) return kind as FileType;
	if (mimeType.startsWith('text/') || mimeType === 'application/pdf') return 'document';
	return 'custom';
}
