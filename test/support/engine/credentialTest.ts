import { CredentialTestContext } from 'n8n-core';
import type {
	ICredentialDataDecryptedObject,
	ICredentialTestFunction,
	INodeCredentialTestResult,
	INodeType,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';

import { loadPackage } from './index';

/**
 * Tests a credential of the built package like n8n does: it asks the first node that says by which
 * function it is tested.
 */
export async function testCredential(
	type: string,
	data: ICredentialDataDecryptedObject,
): Promise<INodeCredentialTestResult & { took: number }> {
	const test = await testOf(type);
	const context = new CredentialTestContext({} as IWorkflowExecuteAdditionalData);
	const begin = Date.now();
	const result = await test.call(context, { id: '1', name: type, type, data });
	return { ...result, took: Date.now() - begin };
}

async function testOf(type: string): Promise<ICredentialTestFunction> {
	const loader = await loadPackage();
	for (const { type: node } of Object.values(loader.nodeTypes)) {
		const { description, methods } = node as INodeType;
		const used = description.credentials?.find(({ name }) => name === type);
		const test = methods?.credentialTest?.[String(used?.testedBy)];
		if (test) return test;
	}
	throw new Error(`No node tests the credential ${type}`);
}
