import type { INodeProperties, INodePropertyOptions, INodeTypeDescription } from 'n8n-workflow';

import { loadPackage } from '../support/engine';

/** The public surface of the last release: names that are saved in users' workflows. */
const OPERATIONS: Record<string, Record<string, string[]>> = {
	cybertron: {
		chatflow: ['run', 'startUpload', 'submitUpload'],
		dialog: ['send'],
		offlineFile: ['getStatus', 'upload'],
		session: ['create', 'getAll', 'getMessages'],
	},
	dify: {
		annotation: ['configureReply', 'create', 'delete', 'getAll', 'getReplyStatus', 'update'],
		app: ['getInfo', 'getMeta', 'getParameters', 'getSite'],
		audio: ['speechToText', 'textToSpeech'],
		chat: ['getSuggested', 'send', 'stop'],
		chunk: ['create', 'delete', 'get', 'getAll', 'update'],
		conversation: ['delete', 'getAll', 'getMessages', 'getVariables', 'rename', 'updateVariable'],
		document: [
			'delete',
			'download',
			'get',
			'getAll',
			'setMetadata',
			'setStatus',
			'sync',
			'upsert',
			'waitForIndexing',
		],
		endUser: ['get'],
		feedback: ['getAll', 'submit'],
		file: ['download', 'upload'],
		humanInput: ['getForm', 'resume', 'submitForm'],
		knowledgeBase: ['create', 'delete', 'get', 'getAll', 'retrieve', 'update'],
		metadataField: ['create', 'delete', 'getAll', 'setBuiltIn', 'update'],
		model: ['getAll'],
		pipeline: ['browseDatasource', 'getDatasources', 'run'],
		tag: ['addToKnowledgeBase', 'create', 'delete', 'getAll', 'removeFromKnowledgeBase', 'update'],
		workflow: ['stop'],
		workflowRun: ['get', 'getLogs'],
	},
};

const CREDENTIALS: Record<string, string[]> = {
	cybertron: ['cybertronApi'],
	dify: ['difyApi', 'difyKnowledgeApi'],
};

const CREDENTIAL_FIELDS: Record<string, string[]> = {
	cybertronApi: ['baseUrl', 'robotKey', 'robotToken', 'username', 'allowUnauthorizedCerts'],
	difyApi: ['baseUrl', 'apiKey', 'allowUnauthorizedCerts'],
	difyKnowledgeApi: ['baseUrl', 'apiKey', 'allowUnauthorizedCerts'],
};

async function describeNode(name: string): Promise<INodeTypeDescription> {
	const { type } = (await loadPackage()).getNode(name);
	return (type as { description: INodeTypeDescription }).description;
}

function values(property: INodeProperties | undefined): string[] {
	return (property?.options ?? [])
		.map((option) => String((option as { value?: unknown }).value))
		.sort();
}

function operationsOf(description: INodeTypeDescription): Record<string, string[]> {
	const resource = description.properties.find(({ name }) => name === 'resource');
	return Object.fromEntries(
		values(resource).map((value) => [
			value,
			values(
				description.properties.find(
					({ name, displayOptions }) =>
						name === 'operation' && displayOptions?.show?.resource?.includes(value),
				),
			),
		]),
	);
}

describe.each(Object.keys(OPERATIONS))('the node %s', (name) => {
	it('still offers every resource and operation that workflows may have saved', async () => {
		const offered = operationsOf(await describeNode(name));
		for (const [resource, operations] of Object.entries(OPERATIONS[name] ?? {})) {
			expect(offered[resource]).toEqual(expect.arrayContaining(operations));
		}
	});

	it('gives every operation an action and a description', async () => {
		const { properties } = await describeNode(name);
		const options = properties
			.filter((property) => property.name === 'operation')
			.flatMap((property) => (property.options ?? []) as INodePropertyOptions[]);
		expect(options.filter(({ action, description }) => !action || !description)).toEqual([]);
	});

	it('is usable as a tool and names its own credentials', async () => {
		const description = await describeNode(name);
		expect(description.usableAsTool).toBe(true);
		expect(description.credentials?.map((credential) => credential.name)).toEqual(
			CREDENTIALS[name],
		);
	});

	it('has the options for concurrency and timeout wherever it talks to the service', async () => {
		const description = await describeNode(name);
		const { properties } = description;
		const missing = Object.entries(operationsOf(description)).flatMap(([resource, operations]) =>
			operations
				.filter((operation) => !hasOptions(properties, resource, operation))
				.map((operation) => `${resource}.${operation}`),
		);
		expect(missing).toEqual([]);
	});
});

function hasOptions(properties: INodeProperties[], resource: string, operation: string): boolean {
	return properties.some(({ name, displayOptions, options }) => {
		const shown = displayOptions?.show ?? {};
		const names = (options ?? []).map((option) => option.name);
		return (
			name === 'options' &&
			(shown.resource ?? []).includes(resource) &&
			(shown.operation ?? []).includes(operation) &&
			names.includes('concurrency') &&
			names.includes('timeout')
		);
	});
}

describe('the trigger', () => {
	it('polls the five events of the contract', async () => {
		const description = await describeNode('chatflowTrigger');
		expect(description.polling).toBe(true);
		expect(values(description.properties.find(({ name }) => name === 'event'))).toEqual([
			'conversationMessage',
			'documentIndexed',
			'feedback',
			'offlineFileStatus',
			'workflowLog',
		]);
	});
});

describe.each(Object.keys(CREDENTIAL_FIELDS))('the credential %s', (name) => {
	it('has the fields of the contract, secrets masked', async () => {
		const { type } = (await loadPackage()).getCredential(name);
		expect(type.properties.map((property) => property.name)).toEqual(CREDENTIAL_FIELDS[name]);
		const masked = type.properties
			.filter(({ typeOptions }) => typeOptions?.password)
			.map((property) => property.name);
		expect(masked).toEqual(name === 'cybertronApi' ? ['robotKey', 'robotToken'] : ['apiKey']);
	});
});

// The editor takes a field that credentials name with all its options by `show` for the choice of the
// authentication, and does not show it: a node of two credentials lost its Resource in this way.
it.each(['cybertron', 'dify', 'chatflowTrigger'])(
	'%s chooses its credential by `hide`, so that the editor shows the field that it goes by',
	async (name) => {
		const { credentials = [] } = await describeNode(name);
		expect(credentials.filter(({ displayOptions }) => displayOptions?.show)).toEqual([]);
	},
);
