import { RoundReader } from '../../../../nodes/Cybertron/run/roundReader';
import { startRound } from '../../../../nodes/Cybertron/run/state/round';
import { openSocket } from '../../../../nodes/shared/websocket';
import { startWebSocketServer, timed, type TestServer } from '../../../support/webSocketServer';
import { fragment } from '../support/frames';

let server: TestServer;

beforeEach(async () => {
	server = await startWebSocketServer();
});
afterEach(async () => await server.close());

const options = { connectTimeoutMs: 5_000 };

describe('reading a round', () => {
	const read = async (timeouts: object, message = 'x') => {
		const socket = await openSocket(server.url, options);
		const reader = new RoundReader(socket, { idleMs: 400, endGraceMs: 100, ...timeouts });
		const state = startRound();
		const { ms } = await timed(reader.readRound(message, state));
		socket.terminate();
		return { state, ms };
	};

	it('ends at its limit although the server never stops talking', async () => {
		const wss = server.serve((socket) => {
			let n = 0;
			const timer = setInterval(() => socket.send(JSON.stringify(fragment(n++, 'a '))), 50);
			socket.once('close', () => clearInterval(timer));
		});
		const { state, ms } = await read({ maxRoundMs: 700 });
		expect(ms).toBeGreaterThanOrEqual(650);
		expect(ms).toBeLessThan(1_200);
		expect(state.phase).toBe('done');
		expect(state.error).toBeUndefined();
		expect(state.warning).toContain('did not come to an end');
		wss.close();
	});

	it('does not wait for ever for a server that takes no more bytes', async () => {
		const wss = server.serve((socket) => socket.pause());
		const { state, ms } = await read({}, 'x'.repeat(64 * 1024 * 1024));
		expect(state.error?.message).toBe('The Cybertron server sent nothing more before it answered');
		expect(ms).toBeLessThan(3_000);
		wss.close();
	});
});
