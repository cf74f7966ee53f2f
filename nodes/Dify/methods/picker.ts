import type { ILoadOptionsFunctions } from 'n8n-workflow';

import type { Caller, Service } from '../../shared/client';
import { toNodeError } from '../../shared/errors';
import { timeoutOption } from '../../shared/options';
import { redactor } from '../../shared/redact';
import { readApp, withKind } from '../transport/app';
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
	const caller = { context, timeoutMs: Number(timeoutOption.default) * 1000 };
	try {
		return await read(caller);
	} catch (error) {
		const called = {
			resource: context.getNodeParameter('resource', ''),
			operation: context.getNodeParameter('operation', ''),
		};
		const app = async () => await readApp(caller).catch(() => undefined);
		throw toNodeError(context.getNode(), await withKind(error, called, app), redact);
	}
}
