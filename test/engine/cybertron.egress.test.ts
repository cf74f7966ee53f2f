import { SsrfProtectionConfig } from '@n8n/config';
import { Container } from '@n8n/di';

import type { CybertronSimulator } from '../simulators/cybertron';
import { startCybertronSimulator } from '../simulators/cybertron';
import { cybertron, failure, only } from './cybertron.helpers';

let simulator: CybertronSimulator;

/** The protection that an administrator can turn on: addresses of the own network are forbidden. */
beforeAll(async () => {
	simulator = await startCybertronSimulator();
	const config = Container.get(SsrfProtectionConfig);
	config.enabled = true;
	config.allowedHostnames = ['localhost'] as typeof config.allowedHostnames;
});
afterAll(async () => {
	Container.get(SsrfProtectionConfig).enabled = false;
	await simulator.close();
});

const ask = async (baseUrl: string) =>
	await cybertron(
		simulator,
		'dialog.send',
		{ question: 'Hello', options: { transport: 'webSocket' } },
		{ credential: { baseUrl } },
	);

describe("n8n's protection of the own network", () => {
	it('also holds for WebSockets', async () => {
		const error = failure(await ask(simulator.origin));
		expect(error.message).toBe('n8n does not allow connections to this address');
		expect(error.failure).toEqual({ cause: 'configuration-invalid' });
		expect(simulator.state.handshakes).toEqual([]);
	});

	it('lets WebSockets through to hosts that are allowed', async () => {
		const item = only(await ask(simulator.origin.replace('127.0.0.1', 'localhost')));
		expect(item.answer).toBe('You asked: Hello');
	});
});
