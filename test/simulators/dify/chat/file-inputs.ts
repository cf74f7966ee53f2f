import { randomUUID } from 'node:crypto';
import type { SimulatorCore } from '../core';
import { invalidParam } from '../errors';
import { signedPreviewUrl } from '../files/urls';
import type { EndUser, MessageFile } from '../state';
import type { App, Dict } from '../types';

const TYPES = ['image', 'document', 'audio', 'video', 'custom'];

/**
 * Turns one file mapping of a request into a file (chat inputs). A local file must
 * have been uploaded by the same user of the same app; otherwise "Invalid upload file".
 */
export function fileFrom(core: SimulatorCore, app: App, user: EndUser, mapping: Dict): MessageFile {
	const { type } = mapping;
	if (typeof type !== 'string' || !TYPES.includes(type)) {
		throw invalidParam(`No matching enum found for value '${String(type)}'`);
	}
	if (mapping.transfer_method === 'local_file') return localFile(core, app, user, mapping, type);
	if (mapping.transfer_method === 'remote_url') return remoteFile(mapping, type);
	throw invalidParam(`No matching enum found for value '${String(mapping.transfer_method)}'`);
}

function localFile(
	core: SimulatorCore,
	app: App,
	user: EndUser,
	mapping: Dict,
	type: string,
): MessageFile {
	const id = String(mapping.upload_file_id ?? '');
	const stored = core.state.files.get(id);
	const mine = stored?.endUserId === user.id || core.traits.foreignUploads;
	if (!stored || stored.appId !== app.id || !mine) {
		throw invalidParam('Invalid upload file');
	}
	return {
		id: randomUUID(),
		uploadFileId: stored.id,
		type,
		transferMethod: 'local_file',
		filename: stored.name,
		mimeType: stored.mimeType,
		size: stored.bytes.size,
		url: signedPreviewUrl(core, stored.id),
		belongsTo: 'user',
	};
}

function remoteFile(mapping: Dict, type: string): MessageFile {
	const url = mapping.url ?? mapping.remote_url;
	if (typeof url !== 'string' || !/^https?:\/\//.test(url)) {
		throw invalidParam('Invalid file url');
	}
	return {
		id: randomUUID(),
		uploadFileId: null,
		type,
		transferMethod: 'remote_url',
		filename: new URL(url).pathname.split('/').pop() || 'file',
		mimeType: null,
		size: null,
		url,
		belongsTo: 'user',
	};
}
