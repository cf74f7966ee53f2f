import type { ICredentialDataDecryptedObject, IN8nHttpFullResponse } from 'n8n-workflow';

import { difyBaseUrl } from '../../shared/baseUrl';
import type { FileStream } from '../../shared/binary';
import { ChatflowError } from '../../shared/errors';
import { mimeTypeOf } from '../../shared/http';
import type { Item } from '../../shared/item';

const TIMEOUT_MS = 120_000;

/** A file that is being downloaded. */
export interface FetchedFile {
	stream: FileStream;
	mimeType?: string;
}

/** Where the link of a file leads to. */
interface Target {
	url: string;
	allowUnauthorizedCerts: boolean;
}

/**
 * Opens the link of a file that Dify has made. The link is signed and needs no key, so no host gets
 * one. Servers without FILES_URL send links without a host: they belong to the origin of the Base URL.
 *
 * @throws ChatflowError if there is no usable link, if it has expired, or if it cannot be opened. Its
 * message is a clause, to follow "The file was not downloaded:".
 */
export async function fetchFile(item: Item, link: string): Promise<FetchedFile> {
	const target = await resolveLink(item, link);
	if (!target) throw notFetched('Dify sent no link that can be opened');
	const { statusCode, headers, body } = await open(item, target);
	const stream = body as FileStream;
	if (statusCode < 300) {
		return { stream, mimeType: mimeTypeOf(headers['content-type'] as string | undefined) };
	}
	stream.destroy();
	throw notFetched(
		EXPIRED_STATUS.has(statusCode)
			? `its link has expired (HTTP ${statusCode}). Dify signs links for a few minutes only: download the file right after the answer`
			: `the server responded with HTTP ${statusCode}`,
	);
}

const EXPIRED_STATUS = new Set([401, 403, 404, 410]);

async function resolveLink({ context, index }: Item, link: string): Promise<Target | undefined> {
	const credentials = await context.getCredentials<ICredentialDataDecryptedObject>(
		'difyApi',
		index,
	);
	const base = toUrl(difyBaseUrl(credentials.baseUrl));
	const url = link === '' ? undefined : toUrl(link, base?.origin);
	if (!url || !/^https?:$/.test(url.protocol)) return undefined;
	return {
		url: url.href,
		allowUnauthorizedCerts:
			url.origin === base?.origin && credentials.allowUnauthorizedCerts === true,
	};
}

function toUrl(text: string, base?: string): URL | undefined {
	try {
		return new URL(text, base);
	} catch {
		return undefined;
	}
}

async function open(
	{ context, signal }: Item,
	{ url, allowUnauthorizedCerts }: Target,
): Promise<IN8nHttpFullResponse> {
	try {
		return (await context.helpers.httpRequest({
			method: 'GET',
			url,
			encoding: 'stream',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			skipSslCertificateValidation: allowUnauthorizedCerts,
			timeout: TIMEOUT_MS,
			abortSignal: signal,
		})) as IN8nHttpFullResponse;
	} catch (error) {
		throw notFetched((error as Error).message);
	}
}

function notFetched(message: string): ChatflowError {
	return new ChatflowError({ message });
}
