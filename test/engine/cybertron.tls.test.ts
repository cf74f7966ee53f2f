import type { CybertronSimulator } from '../simulators/cybertron';
import { createSelfSigned, startCybertronSimulator } from '../simulators/cybertron';
import { cybertron, failure, only } from './cybertron.helpers';

let simulator: CybertronSimulator;

beforeAll(async () => {
	simulator = await startCybertronSimulator({ tls: createSelfSigned() });
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

describe.each(['http', 'webSocket'])(
	'a private server with a certificate of its own, over %s',
	(transport) => {
		const ask = async (allowUnauthorizedCerts: boolean) =>
			await cybertron(
				simulator,
				'dialog.send',
				{ question: 'Hello', options: { transport } },
				{ credential: { allowUnauthorizedCerts } },
			);

		it('is talked to when the credential ignores SSL issues', async () => {
			expect(only(await ask(true)).answer).toBe('You asked: Hello');
		});

		it('is refused otherwise, and the error says what to do', async () => {
			const error = failure(await ask(false));
			expect(error.message).toBe('The certificate of the Cybertron server is not trusted');
			expect(error.description).toContain('Ignore SSL Issues');
			expect(error.failure).toEqual({ cause: 'configuration-invalid' });
			expect(simulator.requests).toEqual([]);
			expect(simulator.received).toEqual([]);
		});
	},
);

it('a server without TLS behind an https address is a failure that says so', async () => {
	const plain = await startCybertronSimulator();
	try {
		for (const transport of ['http', 'webSocket']) {
			const result = await cybertron(
				plain,
				'dialog.send',
				{ question: 'Hello', options: { transport } },
				{ credential: { baseUrl: plain.origin.replace('http:', 'https:') } },
			);
			expect(failure(result).message).toBe('The Cybertron server does not support TLS');
			expect(failure(result).description).toContain('http://');
		}
	} finally {
		await plain.close();
	}
});
