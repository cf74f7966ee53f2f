import type { ICredentialDataDecryptedObject, INodeParameters } from 'n8n-workflow';
import { startCybertronSimulator } from '../../simulators/cybertron/index';
import { startDifySimulator } from '../../simulators/dify/index';
import type { CredentialContent } from '../../support/n8n/credentials';

/** What the tests that hold for both services have to know about one of them. */
export interface Service {
	name: 'dify' | 'cybertron';
	credential: CredentialContent;
	/** The same credential with a key that the server refuses. */
	wrong: ICredentialDataDecryptedObject;
	/** What must never be seen outside of the credential. */
	secrets: string[];
	/** Asks with an expression, so that every input item asks its own question. */
	ask: INodeParameters;
	/** Questions that the simulator answers, fails on, and never finishes. */
	good: string;
	bad: string;
	endless: string;
	/** Connections from n8n that are open now. */
	openConnections(): number;
	close(): Promise<void>;
}

async function difyService(): Promise<Service> {
	const simulator = await startDifySimulator();
	const data = { baseUrl: simulator.baseUrl, apiKey: simulator.apiKey };
	return {
		name: 'dify',
		credential: { name: 'Dify (simulator)', type: 'difyApi', data },
		wrong: { ...data, apiKey: 'app-this-is-wrong' },
		secrets: [simulator.apiKey, 'app-this-is-wrong'],
		ask: {
			resource: 'chat',
			operation: 'send',
			query: '={{ $json.question }}',
			user: 'e2e',
			outputMode: 'aggregated',
			options: {},
		},
		good: 'Hello',
		bad: '#error',
		endless: '#hang ping',
		openConnections: () => simulator.openConnections(),
		close: async () => await simulator.close(),
	};
}

async function cybertronService(): Promise<Service> {
	const simulator = await startCybertronSimulator();
	const { origin: baseUrl, robotKey, robotToken, username } = simulator;
	const data = { baseUrl, robotKey, robotToken, username };
	return {
		name: 'cybertron',
		credential: { name: 'Cybertron (simulator)', type: 'cybertronApi', data },
		wrong: { ...data, robotToken: 'this-token-is-wrong' },
		secrets: [robotKey, decodeURIComponent(robotKey), robotToken, 'this-token-is-wrong'],
		ask: {
			resource: 'chatflow',
			operation: 'run',
			trigger: 'auto',
			question: '={{ $json.question }}',
			segmentCode: '',
			outputMode: 'aggregated',
			options: {},
		},
		good: 'Hello',
		bad: 'Hello #error:500000',
		endless: 'Hello #silent',
		openConnections: () => simulator.openConnections(),
		close: async () => await simulator.close(),
	};
}

/** Both services, each with a simulator of its own. */
export const services = { dify: difyService, cybertron: cybertronService };
