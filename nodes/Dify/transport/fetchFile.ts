import type { ICredentialDataDecryptedObject, IN8nHttpFullResponse } from 'n8n-workflow';

import { difyBaseUrl, toUrl } from '../../shared/baseUrl';
import type { OpenResponse, Service } from '../../shared/client';
import { ChatflowError } from '../../shared/errors';
import type { ByteStream } from '../../shared/http';
import { abortable } from '../../shared/http';
import type { Item } from '../../shared/item';
import { asText } from '../../shared/values';
import { difyService } from './dify';

const MAX_REDIRECTS = 3;

/** Where files may come from. */
interface Origins {
	/** Of the Base URL: links without a host lead there. */
	own: string;
	/** With the own one, and those of the option Allowed File Origins. */
	allowed: ReadonlySet<string>;
	/** Whether any certificate of the own one is good enough. */
	insecure: boolean;
}

/**
 * Opens the link of a file that Dify has made. The link is signed and needs no key, so no host gets
 * one. Servers without FILES_URL send links without a host: they belong to the origin of the Base URL.
 * A link may name any address, also in the network of n8n: only origins that the user has named are
 * asked, whoever redirects there.
 *
 * @param service Whose credential names the Base URL.
 * @throws ChatflowError if there is no usable link, if it has expired, or if it cannot be opened. Its
 * message is a clause, to follow "The file was not downloaded:".
 */
export async function fetchFile(
	item: Item,
	link: string,
	service: Service = difyService,
): Promise<OpenResponse> {
	const origins = await originsOf(item, service);
	let url = allowedUrl(link, origins);
	for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
		const response = await open(item, url, origins);
		if (response.status < 300) return response;
		response.close();
		const { location } = response.headers;
		if (response.status >= 400 || !location) throw notFetched(reasonOf(response.status));
		url = allowedUrl(location, origins, url.origin);
	}
	throw notFetched('the server redirects again and again');
}

const EXPIRED_STATUS = new Set([401, 403, 404, 410]);

function reasonOf(status: number): string {
	return EXPIRED_STATUS.has(status)
		? `its link has expired (HTTP ${status}). Dify signs links for a few minutes only: download the file right after the answer`
		: `the server responded with HTTP ${status}`;
}

async function originsOf(
	{ context, index, options }: Item,
	{ credential }: Service,
): Promise<Origins> {
	const credentials = await context.getCredentials<ICredentialDataDecryptedObject>(
		credential,
		index,
	);
	const own = toUrl(difyBaseUrl(credentials.baseUrl))?.origin ?? '';
	const named = (asText(options.allowedFileOrigins) ?? '')
		.split(',')
		.map((text) => toUrl(text.trim())?.origin)
		.filter((origin) => origin !== undefined && origin !== 'null');
	return {
		own,
		allowed: new Set([own, ...(named as string[])]),
		insecure: credentials.allowUnauthorizedCerts === true,
	};
}

function allowedUrl(link: string, { own, allowed }: Origins, base = own): URL {
	const url = link === '' ? undefined : toUrl(link, base);
	if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) {
		throw notFetched('Dify sent no link that can be opened');
	}
	if (allowed.has(url.origin)) return url;
	throw notFetched(
		`it lies at ${url.origin}. Add this origin to the option Allowed File Origins if you trust it`,
	);
}

async function open(
	{ context, signal, timeoutMs }: Item,
	url: URL,
	{ own, insecure }: Origins,
): Promise<OpenResponse> {
	const connection = abortable(signal);
	try {
		const { statusCode, headers, body } = (await context.helpers.httpRequest({
			method: 'GET',
			url: url.href,
			encoding: 'stream',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
			skipSslCertificateValidation: insecure && url.origin === own,
			timeout: timeoutMs,
			abortSignal: connection.signal,
		})) as IN8nHttpFullResponse;
		return {
			status: statusCode,
			headers: headers as OpenResponse['headers'],
			body: body as ByteStream,
			close: () => connection.abort(),
		};
	} catch (error) {
		connection.abort();
		throw notFetched((error as Error).message);
	}
}

function notFetched(message: string): ChatflowError {
	return new ChatflowError({ message });
}
