import type { Advice } from './advice';
import type { SpecialAdvice } from './errors';

const MISCONFIGURED: Advice['failure'] = { cause: 'configuration-invalid' };
const USED_UP: Advice['failure'] = { cause: 'quota-exhausted' };

const RATE_LIMIT = /knowledge base request rate limit/i;

/**
 * Whether the plan's limit of requests per minute refused a request (SERVER.md, "Knowledge: keys and
 * limits"). Only the message tells it from other refusals.
 */
export function isRateLimit(message: string): boolean {
	return RATE_LIMIT.test(message);
}

const BY_CODE: Record<string, Advice> = {
	unauthorized: {
		message: 'Dify does not accept the knowledge API key',
		description:
			'Check the API key in the credential. It must be a knowledge key (dataset-…), created in Dify under Knowledge > Service API; the key of an app opens no knowledge base',
		failure: { cause: 'credential-invalid' },
	},
	forbidden: {
		message: 'Dify does not allow this request',
		description: 'Check in Dify that the workspace is active and that its plan allows this',
		failure: MISCONFIGURED,
		isVague: true,
	},
	not_found: {
		message: 'Dify did not find the record',
		description:
			'Check the IDs in this node. The record may have been deleted, or belong to another knowledge base',
		isVague: true,
	},
	/** What the web framework says of an exception that Dify did not expect. */
	unknown: {
		message: 'Dify failed with an unexpected error',
		description:
			'Check the log of the Dify server. Before 1.14 Dify fails like this when a file is uploaded for a pipeline',
		failure: { cause: 'temporarily-unavailable' },
	},
	/** A page of the web framework or of a proxy. */
	404: {
		message: 'The server does not have this endpoint',
		description:
			'Check the IDs in this node: Dify responds like this to an ID that is not a UUID such as 2b7d6f0a-5a4f-4a4e-9d35-0a4a1f5c6b7e. Then check the Base URL in the credential: it is shown under Knowledge > Service API and usually ends with /v1. If both are right, the Dify server may be too old for this operation (Document > Download needs 1.13, Pipeline 1.14)',
	},
	dataset_name_duplicate: {
		message: 'There is a knowledge base of this name already',
		description: 'Choose another name, or work on the one that exists',
	},
	dataset_not_initialized: {
		message: 'The knowledge base is not ready yet',
		description: 'Wait until its documents are indexed, then try again',
	},
	archived_document_immutable: {
		message: 'The document is archived',
		description: 'Unarchive it first with Document > Set Status',
	},
	document_indexing: {
		message: 'The document is still being indexed',
		description: 'Wait until it is indexed, then try again',
	},
	provider_not_initialize: {
		message: 'The embedding or rerank model of the knowledge base has no valid credentials',
		description:
			'Set up the model in Dify under Settings > Model Provider, or choose another one for the knowledge base',
		failure: MISCONFIGURED,
		isVague: true,
	},
	pipeline_run_error: {
		message: 'Dify could not run the pipeline',
		description:
			'See the message from Dify. Check Inputs and the data source, and that the pipeline is published. Dify may have added a document nevertheless that waits for ever: delete it with Document > Delete',
		isVague: true,
	},
};

/** What errors of the knowledge API mean, where it differs from that of apps. */
export const KNOWLEDGE_ADVICE: SpecialAdvice = {
	byCode: new Map(Object.entries(BY_CODE)),
	byMessage: [
		{
			test: RATE_LIMIT,
			advice: {
				message: 'The request limit of the Dify plan has been reached',
				description:
					'The node waited for a minute, twice. Dify counts the requests of the whole workspace: 10 a minute in the Sandbox plan, 100 in Professional, 1,000 in Team. Set Concurrency to 1, stop other workflows that use this workspace, or upgrade the plan',
				failure: { cause: 'rate-limited' },
			},
		},
		{
			test: /^document:.* is being indexed, please try again later/i,
			advice: {
				message: 'Dify does not let the status of the document be changed yet',
				description:
					'After a document was enabled, disabled or archived, Dify locks its status, sometimes for ten minutes. Try again later. A disabled document is enabled before it is replaced',
				failure: { cause: 'temporarily-unavailable' },
			},
		},
		{
			test: /api access is not enabled/i,
			advice: {
				message: 'The API access of the knowledge base is turned off',
				description: 'Turn it on in Dify, in the knowledge base under API Access',
				failure: MISCONFIGURED,
			},
		},
		{
			test: /capacity of the vector space/i,
			advice: {
				message: 'The vector space of the Dify plan is full',
				description: 'Delete documents that are no longer needed, or upgrade the plan',
				failure: USED_UP,
			},
		},
		{
			test: /number of documents has reached the limit/i,
			advice: {
				message: 'The Dify plan allows no more documents',
				description: 'Delete documents that are no longer needed, or upgrade the plan',
				failure: USED_UP,
			},
		},
		{
			test: /to unlock this feature/i,
			advice: {
				message: 'The Dify plan does not include this feature',
				description: 'Upgrade the plan: the Sandbox plan does not let the API write chunks',
				failure: MISCONFIGURED,
			},
		},
		{
			test: /^dataset name already exists/i,
			advice: BY_CODE.dataset_name_duplicate as Advice,
		},
		{
			test: /^can't update disabled segment/i,
			advice: {
				message: 'The chunk is disabled',
				description: 'Dify changes enabled chunks only: add the option Enabled and turn it on',
			},
		},
		{
			test: /^segment is (?:indexing|deleting)/i,
			advice: {
				message: 'Dify is still working on an earlier change of this chunk',
				description: 'Try again later: Dify keeps it locked for up to ten minutes',
				failure: { cause: 'temporarily-unavailable' },
			},
		},
		{
			test: /^document is (?:not completed|disabled)/i,
			advice: {
				message: 'The document is not ready for new chunks',
				description: 'Wait until it is indexed (Document > Wait for Indexing), and enable it',
			},
		},
		{
			test: /^pipeline not found/i,
			advice: {
				message: 'The knowledge base has no pipeline',
				description:
					'Choose a knowledge base that was made as a knowledge pipeline, and publish the pipeline. For others use Document > Create or Update',
			},
		},
	],
};
