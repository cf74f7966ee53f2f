import type { ItemFile } from '../../../shared/binary';
import { mimeTypeOf } from '../../../shared/http';

/** Dify decides by these names alone and does not know other usual names of the same formats. */
const DIFY_TYPES: ReadonlyMap<string, string> = new Map([
	['audio/mpeg', 'audio/mp3'],
	['audio/mpeg3', 'audio/mp3'],
	['audio/x-mpeg-3', 'audio/mp3'],
	['audio/x-mp3', 'audio/mp3'],
	['video/mpeg', 'audio/mp3'],
	['audio/mp4', 'audio/m4a'],
	['audio/x-m4a', 'audio/m4a'],
	['video/mp4', 'audio/m4a'],
	['audio/x-wav', 'audio/wav'],
	['audio/wave', 'audio/wav'],
	['audio/vnd.wave', 'audio/wav'],
	['audio/x-pn-wav', 'audio/wav'],
	['audio/amr-nb', 'audio/amr'],
	['audio/amr-wb', 'audio/amr'],
]);

const TYPE_BY_EXTENSION: ReadonlyMap<string, string> = new Map([
	['mp3', 'audio/mp3'],
	['mpeg', 'audio/mp3'],
	['mpga', 'audio/mpga'],
	['m4a', 'audio/m4a'],
	['mp4', 'audio/m4a'],
	['wav', 'audio/wav'],
	['amr', 'audio/amr'],
]);

/** The MIME type under which Dify accepts an audio file; an unknown type stays as it is. */
export function difyAudioType({
	mimeType,
	fileName,
}: Pick<ItemFile, 'mimeType' | 'fileName'>): string {
	const type = mimeTypeOf(mimeType) ?? '';
	const known = DIFY_TYPES.get(type);
	if (known) return known;
	if (/^(audio|video)\//.test(type)) return type;
	const extension = fileName.split('.').pop()?.toLowerCase() ?? '';
	return TYPE_BY_EXTENSION.get(extension) ?? type;
}
