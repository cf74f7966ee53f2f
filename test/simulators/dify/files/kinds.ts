const EXTENSIONS: Record<string, readonly string[]> = {
	image: ['jpg', 'jpeg', 'png', 'webp', 'gif', 'svg'],
	audio: ['mp3', 'm4a', 'wav', 'amr', 'mpga'],
	video: ['mp4', 'mov', 'mpeg', 'webm'],
};

export type FileKind = 'image' | 'document' | 'audio' | 'video';

/** Kind of a file by its extension, as the upload limits and type checks see it. */
export function kindOf(extension: string): FileKind {
	const lower = extension.toLowerCase();
	for (const kind of ['image', 'audio', 'video'] as const) {
		if (EXTENSIONS[kind]?.includes(lower)) return kind;
	}
	return 'document';
}

/** Extension without the dot, lower case; empty when there is none. */
export function extensionOf(filename: string): string {
	const dot = filename.lastIndexOf('.');
	return dot > 0 ? filename.slice(dot + 1).toLowerCase() : '';
}
