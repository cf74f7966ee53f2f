import { randomUUID } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import type { RequestContext } from '../context';
import { badRequest, DifyError, forbidden, HtmlError } from '../errors';
import { extensionOf, kindOf } from '../files/kinds';
import type { MultipartFile } from '../files/multipart';
import { signedPreviewUrl, verifySignature } from '../files/urls';
import { sendKnowledgeFile } from './knowledge/downloads';
import type { Router } from '../router';
import { seconds, type StoredFile } from '../state';

/** The one named, typed and not too large file of a form (files/upload). */
function uploadedFile(context: RequestContext, files: MultipartFile[]): MultipartFile {
	const file = files.find((part) => part.field === 'file');
	if (!file) throw new DifyError(400, 'no_file_uploaded', 'Please upload your file.');
	if (files.length > 1) throw new DifyError(400, 'too_many_files', 'Only one file is allowed.');
	if (!file.filename) {
		throw new DifyError(400, 'filename_not_exists_error', 'The specified filename does not exist.');
	}
	if (!file.mimeType) {
		throw new DifyError(415, 'unsupported_file_type', 'File type not allowed.');
	}
	if (/[/\\]/.test(file.filename)) throw badRequest('Filename contains invalid characters');
	const limitMb = context.core.settings.uploadLimitsMb[kindOf(extensionOf(file.filename))];
	// The message of this error is empty on real servers.
	if (file.bytes.size > limitMb * 1024 * 1024) throw new DifyError(413, 'file_too_large', '');
	return file;
}

async function upload(context: RequestContext): Promise<void> {
	const { app, core } = context;
	const { fields, files } = await context.form();
	// Without `user` everyone shares DEFAULT-USER.
	const endUser = context.endUserNamed(fields.user);
	const file = uploadedFile(context, files);
	const stored: StoredFile = {
		id: randomUUID(),
		appId: app.id,
		endUserId: endUser.id,
		name: file.filename,
		extension: extensionOf(file.filename),
		mimeType: file.mimeType ?? '',
		bytes: file.bytes,
		createdAt: Date.now(),
		generated: false,
	};
	core.state.files.set(stored.id, stored);
	context.send(201, {
		id: stored.id,
		reference: stored.id,
		name: stored.name,
		size: stored.bytes.size,
		extension: stored.extension,
		mime_type: stored.mimeType,
		created_by: endUser.id,
		created_at: seconds(stored.createdAt),
		preview_url: null,
		source_url: signedPreviewUrl(core, stored.id),
		original_url: null,
		user_id: null,
		tenant_id: core.state.tenantId,
		conversation_id: null,
		file_key: null,
	});
}

/** Only files attached to a message of this app can be fetched. */
function attachedFile(context: RequestContext): StoredFile {
	const { app, core } = context;
	const id = context.param('file_id').toLowerCase();
	const stored = core.state.files.get(id);
	const missing = new DifyError(404, 'file_not_found', 'The requested file was not found.');
	if (!stored) throw missing;
	const message = core.state.attachments.get(id);
	if (!message) throw missing;
	if (message.appId !== app.id) {
		throw new DifyError(403, 'file_access_denied', 'Access to the requested file is denied.');
	}
	return stored;
}

async function preview(context: RequestContext): Promise<void> {
	const asked = context.query('as_attachment') ?? 'false';
	await sendFile(context, attachedFile(context), /^(true|1|yes|on)$/i.test(asked));
}

/** Sends a file's bytes as they are; HTML never opens in a browser. */
async function sendFile(
	context: RequestContext,
	stored: StoredFile,
	attachment: boolean,
): Promise<void> {
	const isHtml = stored.mimeType === 'text/html' || ['html', 'htm'].includes(stored.extension);
	const headers: Record<string, string> = {
		'Content-Type': attachment || isHtml ? 'application/octet-stream' : stored.mimeType,
		'Content-Length': String(stored.bytes.size),
		'Cache-Control': 'public, max-age=3600',
	};
	if (attachment || isHtml) {
		headers['Content-Disposition'] =
			`attachment; filename*=UTF-8''${encodeURIComponent(stored.name)}`;
	}
	if (/^(audio|video)\//.test(stored.mimeType)) headers['Accept-Ranges'] = 'bytes';
	context.response.writeHead(200, headers);
	try {
		await pipeline(stored.bytes.open(), context.response);
	} catch {
		// The client left; there is nobody to tell.
		context.response.destroy();
	}
}

/** Signed urls, as they stand in file objects; no key needed. */
async function signedFile(context: RequestContext): Promise<void> {
	if (await sendKnowledgeFile(context)) return;
	const stored = context.core.state.files.get(context.param('id').replace(/\.\w+$/, ''));
	if (!stored) throw new HtmlError(404, 'Not Found', 'No such file.');
	if (!verifySignature(context.url)) throw forbidden('Invalid request.');
	await sendFile(context, stored, context.query('as_attachment') === 'true');
}

export function addFileRoutes(router: Router): void {
	router
		.add({ method: 'POST', pattern: '/v1/files/upload', handler: upload })
		.add({ method: 'GET', pattern: '/v1/files/{file_id:uuid}/preview', handler: preview })
		.add({ method: 'GET', pattern: '/files/tools/{id}', handler: signedFile, open: true })
		.add({ method: 'GET', pattern: '/files/{id}/file-preview', handler: signedFile, open: true });
}
