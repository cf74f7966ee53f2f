import { randomUUID } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import type { RequestContext } from '../../context';
import { forbidden, notFound } from '../../errors';
import { signedPreviewUrl, verifySignature } from '../../files/urls';
import { zipOf } from '../../files/zip';
import { documentOf } from '../../knowledge/access';
import { Fields } from '../../knowledge/check';
import type { KnowledgeDocument, KnowledgeFile } from '../../knowledge/records';
import type { Router } from '../../router';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function fileOf(context: RequestContext, document: KnowledgeDocument): KnowledgeFile {
	const file = context.core.state.knowledge.files.get(document.fileId ?? '');
	if (document.dataSourceType !== 'upload_file' || !file) {
		throw notFound('Document does not have an uploaded file to download.');
	}
	return file;
}

function url(context: RequestContext): void {
	const file = fileOf(context, documentOf(context));
	context.send(200, { url: `${signedPreviewUrl(context.core, file.id)}&as_attachment=true` });
}

async function bytesOf(stream: Readable): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of stream) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks);
}

/** `a.txt`, `a (1).txt`: no two entries of an archive share a name. */
function uniqueName(name: string, taken: Set<string>): string {
	const dot = name.lastIndexOf('.');
	const [stem, end] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
	let unique = name;
	for (let number = 1; taken.has(unique); number += 1) unique = `${stem} (${number})${end}`;
	taken.add(unique);
	return unique;
}

/** All or nothing. */
async function archive(context: RequestContext): Promise<void> {
	const fields = new Fields('DocumentBatchDownloadZipPayload', context.json());
	const ids = fields.list('document_ids', { required: true }) ?? [];
	if (ids.length === 0 || ids.length > 100) {
		const [side, bound, kind] =
			ids.length === 0 ? ['least', '1 item', 'too_short'] : ['most', '100 items', 'too_long'];
		const problem = `List should have at ${side} ${bound} after validation, not ${ids.length}`;
		fields.problem('document_ids', problem, kind ?? '', ids);
	}
	ids.forEach((id, index) => {
		if (UUID.test(String(id))) return;
		fields.problem(`document_ids.${index}`, 'Input should be a valid UUID', 'uuid_parsing', id);
	});
	fields.done();
	const taken = new Set<string>();
	const entries = [];
	for (const id of ids) {
		const document = context.base.documents.get(String(id).toLowerCase());
		if (!document) throw notFound('Document not found.');
		const file = fileOf(context, document);
		const name = uniqueName(file.name, taken);
		entries.push({ name, content: await bytesOf(file.bytes.open()) });
	}
	const zip = zipOf(entries);
	context.response.writeHead(200, {
		'Content-Type': 'application/zip',
		'Content-Length': String(zip.length),
		'Content-Disposition': `attachment; filename=${randomUUID().replaceAll('-', '')}.zip`,
	});
	context.response.end(zip);
}

/** Whether a signed url of files means a file of knowledge; it is sent then. */
export async function sendKnowledgeFile(context: RequestContext): Promise<boolean> {
	const file = context.core.state.knowledge.files.get(context.param('id'));
	if (!file) return false;
	if (!verifySignature(context.url)) throw forbidden('Invalid request.');
	context.response.writeHead(200, {
		'Content-Type': 'application/octet-stream',
		'Content-Length': String(file.bytes.size),
		'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
	});
	try {
		await pipeline(file.bytes.open(), context.response);
	} catch {
		// The client left; there is nobody to tell.
		context.response.destroy();
	}
	return true;
}

export function addDownloadRoutes(router: Router): void {
	const all = '/v1/datasets/{dataset_id:uuid}/documents';
	router
		.add({
			method: 'GET',
			pattern: `${all}/{document_id:uuid}/download`,
			handler: url,
			key: 'dataset',
			rateLimited: true,
			available: (traits) => traits.documentDownload,
		})
		.add({
			method: 'POST',
			pattern: `${all}/download-zip`,
			handler: archive,
			key: 'dataset',
			rateLimited: true,
			available: (traits) => traits.documentDownload,
		});
}
