import { createHash } from 'node:crypto';
import type { SimulatorCore } from '../core';
import { seconds } from '../state';

const SECRET = 'simulator-files';

function signature(path: string, timestamp: string, nonce: string): string {
	return createHash('sha256').update(`${SECRET}|${path}|${timestamp}|${nonce}`).digest('base64url');
}

/** A signed, expiring url; relative unless `filesUrl` is set. */
function signed(core: SimulatorCore, path: string): string {
	const timestamp = String(seconds(Date.now()));
	const nonce = createHash('md5')
		.update(path + timestamp)
		.digest('hex');
	const query = `timestamp=${timestamp}&nonce=${nonce}&sign=${signature(path, timestamp, nonce)}`;
	return `${core.settings.filesUrl ?? ''}${path}?${query}`;
}

export function signedToolUrl(core: SimulatorCore, id: string, extension: string): string {
	return signed(core, `/files/tools/${id}.${extension}`);
}

export function signedPreviewUrl(core: SimulatorCore, id: string): string {
	return signed(core, `/files/${id}/file-preview`);
}

/** Whether a url's signature is right and not older than five minutes. */
export function verifySignature(url: URL): boolean {
	const timestamp = url.searchParams.get('timestamp') ?? '';
	const nonce = url.searchParams.get('nonce') ?? '';
	const fresh = Math.abs(seconds(Date.now()) - Number(timestamp)) <= 300;
	return fresh && url.searchParams.get('sign') === signature(url.pathname, timestamp, nonce);
}
