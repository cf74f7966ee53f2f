import type {
	ICredentialDataDecryptedObject,
	ICredentialTestFunction,
	ICredentialTestFunctions,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';

import type { Service, TestCaller } from './client';
import { Client } from './client';
import { ChatflowError } from './errors';
import type { ByteStream, HttpResponse } from './http';
import { networkError } from './http';
import { redactor } from './redact';
import type { RetryDelays } from './retry';
import { wait } from './wait';

/** How long a test may take, whatever the server does. */
const TEST_MS = 15_000;

/** Who clicks on Retry in the editor waits for the answer. */
export const AT_ONCE: RetryDelays = { neverConnected: [], refused: [], passing: [] };

/** What tells the test of one credential from the others. */
export interface CredentialTest {
	service: Service;
	/** Signs the request, as it does for the nodes. */
	credential: {
		authenticate(
			credentials: ICredentialDataDecryptedObject,
			request: IHttpRequestOptions,
		): Promise<IHttpRequestOptions>;
	};
	/**
	 * Makes a call without side effects.
	 *
	 * @returns What the credential leads to, in a sentence without a full stop.
	 * @throws ChatflowError unless the response is known to be a success.
	 */
	check: (client: Client, credentials: ICredentialDataDecryptedObject) => Promise<string>;
}

/**
 * Makes the function that n8n calls for a credential that a node says is `testedBy` it. A test that is
 * declared in the credential (`test`) is simpler, but n8n's rules for it can only list what is no
 * success, it reads a response without limit, and bytes that drip keep it waiting for ever. Here the
 * same client works as in the nodes: no redirects, limits in bytes and time, the same words for errors.
 */
export function credentialTest(test: CredentialTest): ICredentialTestFunction {
	return async function (this: ICredentialTestFunctions, { data = {} }) {
		const redact = redactor(test.service.secrets(data));
		try {
			const message = await inTime(test.service, async (signal) => {
				const send = sender(this, test, data);
				// The limit of the whole is the one that counts.
				const caller = { send, signal, timeoutMs: 2 * TEST_MS };
				return await test.check(new Client(test.service, caller), data);
			});
			return { status: 'OK', message: redact(message) };
		} catch (error) {
			return { status: 'Error', message: redact(wordsOf(error)) };
		}
	};
}

async function inTime<T>({ name }: Service, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
	const over = new AbortController();
	const late = wait(TEST_MS, over.signal).then(() => {
		throw new ChatflowError({
			message: `The ${name} server did not answer within ${TEST_MS / 1_000} seconds`,
			description: 'Check the Base URL and the network',
		});
	});
	try {
		return await Promise.race([work(over.signal), late]);
	} finally {
		late.catch(() => undefined);
		over.abort();
	}
}

/**
 * Sends with the only helper that n8n has for tests: its older one, which takes n8n's rules for
 * addresses and proxies into account like the one of the nodes. It knows no signal, but hands options
 * to the socket, which does.
 */
function sender(
	{ helpers }: ICredentialTestFunctions,
	{ service, credential }: CredentialTest,
	data: ICredentialDataDecryptedObject,
): TestCaller['send'] {
	return async (options, signal): Promise<HttpResponse<ByteStream>> => {
		const request = await credential.authenticate(data, options);
		try {
			const response = (await helpers.request({
				...request,
				useStream: true,
				resolveWithFullResponse: true,
				simple: false,
				followRedirect: false,
				agentOptions: { signal },
				...(request.skipSslCertificateValidation ? { rejectUnauthorized: false } : {}),
			})) as IN8nHttpFullResponse;
			return {
				status: response.statusCode,
				headers: response.headers as HttpResponse<ByteStream>['headers'],
				body: response.body as ByteStream,
			};
		} catch (error) {
			throw networkError(service.name, error);
		}
	};
}

function wordsOf(error: unknown): string {
	if (!(error instanceof ChatflowError)) return String((error as Error).message);
	const { message, description } = error.info;
	return description ? `${message}. ${description}` : message;
}
