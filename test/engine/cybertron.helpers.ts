import type { ICredentialDataDecryptedObject, IDataObject, INodeParameters } from 'n8n-workflow';

import type { CybertronSimulator } from '../simulators/cybertron';
import type { EngineResult, EngineRun } from '../support/engine';
import { runNode } from '../support/engine';

/** The credential for a simulator, with changes. */
export function credentialFor(
	simulator: CybertronSimulator,
	changes: ICredentialDataDecryptedObject = {},
): ICredentialDataDecryptedObject {
	return {
		baseUrl: simulator.origin,
		robotKey: simulator.robotKey,
		robotToken: simulator.robotToken,
		username: simulator.username,
		...changes,
	};
}

type Rest = Partial<Omit<EngineRun, 'node' | 'parameters' | 'credentials'>> & {
	credential?: ICredentialDataDecryptedObject;
};

/** Runs one operation of the Cybertron node; `path` is `resource.operation`. */
export async function cybertron(
	simulator: CybertronSimulator,
	path: string,
	parameters: INodeParameters,
	{ credential, ...rest }: Rest = {},
): Promise<EngineResult> {
	const [resource, operation] = path.split('.') as [string, string];
	return await runNode({
		node: 'cybertron',
		parameters: { resource, operation, ...parameters },
		credentials: { cybertronApi: credentialFor(simulator, credential) },
		...rest,
	});
}

/** The only output item; fails with the node's error when there is none. */
export function only({ json, error }: EngineResult): IDataObject {
	if (error) throw error;
	if (json.length !== 1 || !json[0]) throw new Error(`${json.length} items came out`);
	return json[0];
}

/** The failure of the node; fails when there was none. */
export function failure({ error, json }: EngineResult) {
	if (!error) throw new Error(`The node did not fail but gave ${JSON.stringify(json)}`);
	return error;
}

/** The time that something takes, in milliseconds. */
export async function timed<T>(work: Promise<T>): Promise<{ result: T; ms: number }> {
	const started = Date.now();
	return { result: await work, ms: Date.now() - started };
}

/** Waits until something is true; fails after five seconds. */
export async function until(what: string, isTrue: () => boolean): Promise<void> {
	const latest = Date.now() + 5_000;
	while (!isTrue()) {
		if (Date.now() > latest) throw new Error(`It never came true that ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
}
