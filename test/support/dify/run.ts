import type { INodeParameters } from 'n8n-workflow';

import type { DifySimulator } from '../../simulators/dify';
import type { RecordedRequest } from '../../simulators/dify';
import type { EngineResult, EngineRun } from '../engine';
import { runNode } from '../engine';
import { deviations } from './conformity';

export interface DifyRun extends Partial<Omit<EngineRun, 'node' | 'parameters' | 'credentials'>> {
	apiKey?: string;
	baseUrl?: string;
}

/** Runs one operation of the built Dify node in n8n's engine against a simulated server. */
export async function runDify(
	simulator: DifySimulator,
	operation: `${string}.${string}`,
	parameters: INodeParameters = {},
	{ apiKey, baseUrl, ...run }: DifyRun = {},
): Promise<EngineResult> {
	const [resource = '', name = ''] = operation.split('.');
	return await runNode({
		node: 'dify',
		parameters: { resource, operation: name, ...parameters },
		credentials: difyCredentials(baseUrl ?? simulator.baseUrl, apiKey ?? simulator.apiKey, apiKey),
		...run,
	});
}

/** Both credentials of the node. */
export function difyCredentials(baseUrl: string, apiKey: string, knowledgeKey = KNOWLEDGE_KEY) {
	return {
		difyApi: { baseUrl, apiKey, allowUnauthorizedCerts: false },
		difyKnowledgeApi: { baseUrl, apiKey: knowledgeKey, allowUnauthorizedCerts: false },
	};
}

/** The key of the simulator's workspace. */
const KNOWLEDGE_KEY = 'dataset-demo-key';

/** What a picker of the editor saves. */
export function picked(value: string, mode = 'list'): INodeParameters {
	return { __rl: true, mode, value } as unknown as INodeParameters;
}

/** The requests of a test, checked against the specification. */
export function conforming(simulator: DifySimulator): RecordedRequest[] {
	const wrong = simulator.requests.flatMap(deviations);
	if (wrong.length > 0) throw new Error(`Requests beside the specification:\n${wrong.join('\n')}`);
	return [...simulator.requests];
}
