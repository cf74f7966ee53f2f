import type {
	ICredentialDataDecryptedObject,
	IExecuteFunctions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { difyBaseUrl } from '../../shared/baseUrl';
import type { FileStream } from '../../shared/binary';
import { cancelSignal } from './request';

const TIMEOUT_MS = 120_000;

/** A file that is being downloaded. */
export interface FetchedFile {
	stream: FileStream;
	mimeType?: string;
}

/** Where a file's link leads to. */
interface Target {
	url: string;
	allowUnauthorizedCerts: boolean;
}

/**
 * Opens the link of a file that Dify has made. The link is signed and needs no key, so none is sent,
 * to no host. Servers without FILES_URL give links without a host: they belong to the origin of the
 * base URL (facts 3.5).
 *
 * @throws NodeOperationError when the link is none, has expired, or cannot be opened.
 */
export async function fetchFile(
	context: IExecuteFunctions,
	itemIndex: number,
	link: string,
): Promise<FetchedFile> {
	const target = await resolveLink(context, itemIndex, link);
	if (!target) throw refused(context, itemIndex, 'Dify gave no link that can be opened');
	const answer = await open(context, itemIndex, target);
	const stream = answer.body as FileStream;
	if (answer.statusCode < 300) {
		return { stream, mimeType: mimeTypeOf(answer.headers['content-type']) };
	}
	stream.destroy();
	throw refused(context, itemIndex, refusal(answer.statusCode));
}

function refusal(status: number): string {
	return [401, 403, 404, 410].includes(status)
		? `its link is not valid any more (HTTP ${status}). Dify signs links for a few minutes only: download the file right after the answer`
		: `the server answered with HTTP ${status}`;
}

async function resolveLink(
	context: IExecuteFunctions,
	itemIndex: number,
	link: string,
): Promise<Target | undefined> {
	const credentials = await context.getCredentials<ICredentialDataDecryptedObject>(
		'difyApi',
		itemIndex,
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
	context: IExecuteFunctions,
	itemIndex: number,
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
			abortSignal: cancelSignal(context),
		})) as IN8nHttpFullResponse;
	} catch (error) {
		throw refused(context, itemIndex, (error as Error).message);
	}
}

function mimeTypeOf(header: unknown): string | undefined {
	return typeof header === 'string' ? header.split(';')[0]?.trim() : undefined;
}

function refused(
	context: IExecuteFunctions,
	itemIndex: number,
	message: string,
): NodeOperationError {
	return new NodeOperationError(context.getNode(), message, { itemIndex });
}
