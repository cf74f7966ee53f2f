// One measurement of row 4, in a process of its own: <node|kept|parser> <frames> <port>.
// `node`: the Cybertron node in n8n's engine. `kept`: the same, but garbage is collected again and
// again, so that the memory is what the node keeps. `parser`: a bare WebSocket client that gives
// every frame to JSON.parse and does nothing with it.
import { WebSocket } from 'ws';
import { runNode } from '../../support/engine';
import { roundBytes } from './chatflow-round';
import { watchKept, watchResident } from './memory';
import { report, type StreamMeasurement } from './report';

interface Way {
	round: (frames: number, port: number) => Promise<number>;
	watch: typeof watchKept;
	lookEveryMs: number;
}

/** A round that loads and compiles everything before it is measured. */
const WARM_UP_FRAMES = 200;

async function byNode(frames: number, port: number): Promise<number> {
	const { json, error } = await runNode({
		node: 'cybertron',
		parameters: {
			resource: 'chatflow',
			operation: 'run',
			trigger: 'auto',
			question: String(frames),
			segmentCode: 'bench',
			outputMode: 'aggregated',
			options: {},
		},
		credentials: {
			cybertronApi: {
				baseUrl: `http://127.0.0.1:${port}`,
				robotKey: 'JBIH7sTQ2mZBgHxJkzKa%2FoQp8%3D',
				robotToken: 'MTcwODU4NTA3ODk3OApIRVYxTQ==',
				username: 'bench',
			},
		},
	});
	if (error) throw error;
	const { answer } = json[0] as { answer: string };
	const words = answer.split(' ').length - 1;
	if (words !== frames) throw new Error(`${words} words instead of ${frames}`);
	return JSON.stringify(json).length;
}

async function byParser(frames: number, port: number): Promise<number> {
	const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { perMessageDeflate: false });
	let seen = 0;
	return await new Promise((resolve, reject) => {
		socket.on('error', reject);
		socket.on('open', () => socket.send(JSON.stringify({ question: String(frames) })));
		socket.on('message', (data: Buffer) => {
			JSON.parse(data.toString());
			seen += 1;
			if (seen === frames + 1) socket.terminate();
		});
		socket.on('close', () => resolve(seen));
	});
}

const WAYS: Record<string, Way> = {
	node: { round: byNode, watch: watchResident, lookEveryMs: 5 },
	kept: { round: byNode, watch: watchKept, lookEveryMs: 250 },
	parser: { round: byParser, watch: watchResident, lookEveryMs: 5 },
};

async function measure(
	{ round, watch, lookEveryMs }: Way,
	frames: number,
	port: number,
): Promise<StreamMeasurement> {
	await round(WARM_UP_FRAMES, port);
	const memory = watch();
	const timer = setInterval(memory.look, lookEveryMs);
	const busy = process.cpuUsage();
	const started = performance.now();
	const result = await round(frames, port);
	const ms = performance.now() - started;
	const { user, system } = process.cpuUsage(busy);
	clearInterval(timer);
	memory.look();
	const cpuMs = (user + system) / 1000;
	return { ms, cpuMs, growth: memory.growth(), bytes: roundBytes(frames), result };
}

const way = WAYS[process.argv[2] ?? ''];
if (!way) throw new Error(`The first argument is one of ${Object.keys(WAYS).join(', ')}`);
report(measure(way, Number(process.argv[3]), Number(process.argv[4])));
