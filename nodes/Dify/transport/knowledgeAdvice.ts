import type { Advice } from './advice';
import type { SpecialAdvice } from './errors';

/** What errors of the knowledge API mean, where it differs from that of apps. */
export const KNOWLEDGE_ADVICE: SpecialAdvice = {
	byCode: new Map(
		Object.entries<Advice>({
			unauthorized: {
				message: 'Dify does not accept the knowledge API key',
				description:
					'Check the API key in the credential. It must be a knowledge key (dataset-…), created in Dify under Knowledge > Service API; the key of an app opens no knowledge base',
				failure: { cause: 'credential-invalid' },
			},
			not_found: {
				message: 'Dify did not find the record',
				description:
					'Check the IDs in this node. The record may have been deleted, or belong to another knowledge base',
				isVague: true,
			},
		}),
	),
	byMessage: [
		{
			test: /api access is not enabled/i,
			advice: {
				message: 'The API access of the knowledge base is turned off',
				description: 'Turn it on in Dify, in the knowledge base under API Access',
				failure: { cause: 'configuration-invalid' },
			},
		},
	],
};
