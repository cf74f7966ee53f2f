import type { ItemFile } from '../../../shared/binary';

/** Dify decides by these names alone; usual names of the same formats it does not know (facts 4). */
const DIFY_TYPES: Record<string, string> = {
	'audio/mpeg': 'audio/mp3',
	'audio/mpeg3': 'audio/mp3',
	'audio/x-mpeg-3': 'audio/mp3',
	'audio/x-mp3': 'audio/mp3',
	'video/mpeg': 'audio/mp3',
	'audio/mp4': 'audio/m4a',
	'audio/x-m4a': 'audio/m4a',
	'video/mp4': 'audio/m4a',
	'audio/x-wav': 'audio/wav',
	'audio/wave': 'audio/wav',
	'audio/vnd.wave': 'audio/wav',
	'audio/x-pn-wav': 'audio/wav',
	'audio/amr-nb': 'audio/amr',
	'audio/amr-wb': 'audio/amr',
};

const BY_ENDING: Record<string, string> = {
	mp3: 'audio/mp3',
	mpeg: 'audio/mp3',
	mpga: 'audio/mpga',
	m4a: 'audio/m4a',
	mp4: 'audio/m4a',
	wav: 'audio/wav',
	amr: 'audio/amr',
};

/** The MIME type under which Dify takes an audio file; an unknown type stays as it is. */
export function difyAudioType({ mimeType, fileName }: Pick<ItemFile, 'mimeType' | 'fileName'>) {
	const plain = (mimeType.split(';')[0] ?? '').trim().toLowerCase();
	const known = DIFY_TYPES[plain];
	if (known) return known;
	if (plain.startsWith('audio/') || plain.startsWith('video/')) return plain;
	return BY_ENDING[fileName.split('.').pop()?.toLowerCase() ?? ''] ?? plain;
}
