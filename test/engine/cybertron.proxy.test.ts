import type { Server, Socket } from 'node:net';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:http';

import type { CybertronSimulator } from '../simulators/cybertron';
import { createSelfSigned, startCybertronSimulator } from '../simulators/cybertron';
import { cybertron, failure, only, timed, until } from './cybertron.helpers';

/** A proxy that only tunnels, and remembers to where. */
interface Proxy {
	url: string;
	tunnels: string[];
	open(): number;
	close(): Promise<void>;
}

interface ProxyOptions {
	/** `user:password` that the proxy wants. */
	account?: string;
	/** Takes the request for a tunnel and says nothing. */
	silent?: boolean;
}

async function startProxy({ account, silent }: ProxyOptions = {}): Promise<Proxy> {
	const tunnels: string[] = [];
	const sockets = new Set<Socket>();
	const wanted = account && `Basic ${Buffer.from(account).toString('base64')}`;
	const server = createServer((_request, response) => response.writeHead(501).end());
	server.on('connection', (socket: Socket) => {
		sockets.add(socket);
		socket.once('close', () => sockets.delete(socket));
	});
	server.on('connect', (request, client: Socket, head: Buffer) => {
		tunnels.push(request.url ?? '');
		client.on('error', () => undefined);
		if (silent) {
			client.once('end', () => client.destroy());
			client.resume();
			return;
		}
		if (wanted && request.headers['proxy-authorization'] !== wanted) {
			client.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n');
			return;
		}
		const [host = '', port = '80'] = (request.url ?? '').split(':');
		const target = connect(Number(port), host, () => {
			client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
			if (head.length > 0) target.write(head);
			client.pipe(target).pipe(client);
		});
		target.on('error', () => client.destroy());
		target.on('close', () => client.destroy());
		client.on('close', () => target.destroy());
	});
	await new Promise<void>((resolve) => (server as Server).listen(0, '127.0.0.1', resolve));
	return {
		url: `http://${account ? `${account}@` : ''}127.0.0.1:${(server.address() as AddressInfo).port}`,
		tunnels,
		open: () => sockets.size,
		close: async () => {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

const NAMES = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [
	name,
	name.toLowerCase(),
]);
const saved = NAMES.map((name) => [name, process.env[name]] as const);

function setEnvironment(values: Record<string, string>): void {
	for (const name of NAMES) delete process.env[name];
	Object.assign(process.env, values);
}

let plain: CybertronSimulator;
let secure: CybertronSimulator;
let proxy: Proxy;

beforeAll(async () => {
	plain = await startCybertronSimulator();
	secure = await startCybertronSimulator({ tls: createSelfSigned() });
});
beforeEach(async () => {
	proxy = await startProxy();
	plain.reset();
	secure.reset();
});
afterEach(async () => {
	setEnvironment(Object.fromEntries(saved.filter(([, value]) => value !== undefined)) as never);
	await proxy.close();
});
afterAll(async () => {
	await plain.close();
	await secure.close();
});

const ask = async (simulator: CybertronSimulator, options: object = {}) =>
	await cybertron(
		simulator,
		'dialog.send',
		{ question: 'Hello', options: { transport: 'webSocket', ...options } },
		{ credential: { allowUnauthorizedCerts: true } },
	);

describe("a WebSocket takes the environment's proxy, as n8n's HTTP requests do", () => {
	it.each([
		['HTTP_PROXY', 'ws', () => plain],
		['HTTPS_PROXY', 'wss', () => secure],
		['ALL_PROXY', 'ws', () => plain],
		['ALL_PROXY', 'wss', () => secure],
	])('%s leads %s through a tunnel', async (name, _scheme, simulator) => {
		setEnvironment({ [name]: proxy.url });
		expect(only(await ask(simulator())).answer).toBe('You asked: Hello');
		expect(proxy.tunnels).toEqual([`127.0.0.1:${simulator().port}`]);
		await until('the tunnel is closed', () => proxy.open() === 0);
	});

	it('HTTPS_PROXY also leads HTTP requests, which n8n sends', async () => {
		setEnvironment({ HTTPS_PROXY: proxy.url });
		expect(only(await ask(secure, { transport: 'http' })).answer).toBe('You asked: Hello');
		expect(proxy.tunnels).toEqual([`127.0.0.1:${secure.port}`]);
	});

	it.each([
		['another scheme', () => ({ HTTPS_PROXY: proxy.url })],
		['NO_PROXY', () => ({ HTTP_PROXY: proxy.url, NO_PROXY: 'example.com,127.0.0.1' })],
		['NO_PROXY with a port', () => ({ ALL_PROXY: proxy.url, NO_PROXY: `127.0.0.1:${plain.port}` })],
		['NO_PROXY for all', () => ({ ALL_PROXY: proxy.url, no_proxy: '*' })],
	])('goes straight because of %s', async (_why, environment) => {
		setEnvironment(environment());
		expect(only(await ask(plain)).answer).toBe('You asked: Hello');
		expect(proxy.tunnels).toEqual([]);
	});

	it('gives user name and password to a proxy that wants them', async () => {
		const closed = await startProxy({ account: 'someone:secret-word' });
		try {
			setEnvironment({ HTTP_PROXY: closed.url });
			expect(only(await ask(plain)).answer).toBe('You asked: Hello');
			setEnvironment({ HTTP_PROXY: closed.url.replace('secret-word', 'wrong-word') });
			const error = failure(await ask(plain));
			expect(error.message).toBe(
				'The Cybertron server refused the WebSocket connection (HTTP 407)',
			);
			expect(error.description).toContain('proxy');
			expect(JSON.stringify(error)).not.toContain('wrong-word');
		} finally {
			await closed.close();
		}
	});

	it('says that a proxy cannot be reached', async () => {
		const { url } = proxy;
		await proxy.close();
		setEnvironment({ HTTP_PROXY: url });
		expect(failure(await ask(plain)).message).toBe('The Cybertron server cannot be reached');
	});

	it('says that an address in the environment is none', async () => {
		setEnvironment({ HTTP_PROXY: 'http://::not an address' });
		const error = failure(await ask(plain));
		expect(error.message).toMatch(/Invalid URL/);
	});

	it('leaves a proxy that never answers, and keeps no connection to it', async () => {
		const silent = await startProxy({ silent: true });
		try {
			setEnvironment({ HTTP_PROXY: silent.url });
			const { result, ms } = await timed(ask(plain, { timeout: 1 }));
			expect(failure(result).message).toBe('The request to the Cybertron server timed out');
			expect(ms).toBeLessThan(2000);
			await until('the connection to the proxy is closed', () => silent.open() === 0);
		} finally {
			await silent.close();
		}
	});

	it('still checks the certificate of the server behind the proxy', async () => {
		setEnvironment({ HTTPS_PROXY: proxy.url });
		const result = await cybertron(secure, 'dialog.send', {
			question: 'Hello',
			options: { transport: 'webSocket' },
		});
		expect(failure(result).message).toBe('The certificate of the Cybertron server is not trusted');
	});
});
