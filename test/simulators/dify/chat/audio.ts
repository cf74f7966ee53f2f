const MARK = 'CHATFLOW-SIM:';

/** MPEG-1 layer III, 32 kbit/s, 44.1 kHz: 104 bytes of silence per frame. */
function silentFrame(): Buffer {
	const frame = Buffer.alloc(104);
	frame.set([0xff, 0xfb, 0x10, 0xc4]);
	return frame;
}

function syncSafe(size: number): Buffer {
	return Buffer.from([(size >> 21) & 127, (size >> 14) & 127, (size >> 7) & 127, size & 127]);
}

/**
 * An MP3 file: an ID3 tag that holds the spoken text, and some silence. The text in it lets
 * speech-to-text of this simulator give back what text-to-speech said.
 */
export function makeMp3(text: string): Buffer {
	const value = Buffer.from(`\u0003sim\0${MARK}${text}`, 'utf8');
	const frameHead = Buffer.concat([Buffer.from('TXXX'), syncSafe(value.length), Buffer.alloc(2)]);
	const tag = Buffer.concat([frameHead, value]);
	const head = Buffer.concat([Buffer.from('ID3'), Buffer.from([4, 0, 0]), syncSafe(tag.length)]);
	const silence = Array.from({ length: 10 }, silentFrame);
	return Buffer.concat([head, tag, ...silence]);
}

/** The text inside an MP3 made by `makeMp3`, or undefined for any other file. */
export function spokenText(audio: Buffer): string | undefined {
	const at = audio.indexOf(MARK);
	if (at < 10) return undefined;
	const [a = 0, b = 0, c = 0, d = 0] = audio.subarray(6, 10);
	const end = 10 + ((a << 21) | (b << 14) | (c << 7) | d);
	return audio.subarray(at + MARK.length, end).toString('utf8');
}

/** Cuts audio into `count` pieces for `tts_message` events. */
export function audioPieces(audio: Buffer, count: number): string[] {
	const size = Math.ceil(audio.length / count);
	return Array.from({ length: count }, (_, index) =>
		audio.subarray(index * size, (index + 1) * size).toString('base64'),
	);
}
