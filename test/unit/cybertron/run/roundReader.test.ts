import { RoundReader } from '../../../../nodes/Cybertron/run/roundReader';
import { roundText, startRound } from '../../../../nodes/Cybertron/run/state/round';
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

	it.each([
		['bytes', { bytes: 10_000, events: 1_000 }, 'sent more than 0.009'],
		['events that become items', { bytes: 1_000_000, events: 20 }, 'sent more than 20 events'],
	])('ends with too many %s, and keeps the text', async (_what, limits, message) => {
		const wss = server.serve((socket) => {
			for (let n = 0; n < 500; n++) socket.send(JSON.stringify(fragment(n, 'a')));
		});
		const socket = await openSocket(server.url, options);
		const timeouts = { idleMs: 400, endGraceMs: 100 };
		const reader = new RoundReader(socket, timeouts, undefined, limits);
		const state = startRound({ keepEvents: true });
		await reader.readRound('x', state);
		expect(state.error?.message).toContain(message);
		expect(roundText(state)).toMatch(/^a{20,}$/);
		socket.terminate();
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
