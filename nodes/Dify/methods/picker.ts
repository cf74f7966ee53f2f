import type { ILoadOptionsFunctions } from 'n8n-workflow';

import type { Caller, Service } from '../../shared/client';
import { toNodeError } from '../../shared/errors';
import { timeoutOption } from '../../shared/options';
import { redactor } from '../../shared/redact';
import { difyService } from '../transport/dify';

/**
 * Lets a picker of the editor read from Dify.
 *
 * @throws NodeApiError or NodeOperationError, without the secrets of the credential.
 */
export async function readForPicker<T>(
	context: ILoadOptionsFunctions,
	read: (caller: Caller) => Promise<T>,
	{ credential, secrets }: Service = difyService,
): Promise<T> {
	const redact = redactor(secrets(await context.getCredentials(credential)));
	try {
		return await read({ context, timeoutMs: Number(timeoutOption.default) * 1000 });
	} catch (error) {
		throw toNodeError(context.getNode(), error, redact);
	}
}
