import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startSimulatorProcess, type SimulatorProcess } from '../../bench/support/simulators';
import { say, step } from '../../demo/print';
import { saveCredential } from '../../support/n8n/credentials';
import type { N8nServer } from '../../support/n8n/server';
import { waitFor } from '../../support/n8n/wait';
import { Cluster } from '../../support/queue/cluster';
import { LISTED_CONVERSATIONS, LISTED_USER } from './dify-kinds';
import { readExecutions, type Ended } from './executions';
import type { Form } from './form';
import { INSPECTABLE, settledMemory, type Memory } from './heap';
import { injectFaults, requestCount, strikes, type Strikes } from './injection';
import { kinds, mixture } from './kinds';
import type { Servers } from './kind';
import { runLoad, type Call } from './load';
import { sightings, type Sightings } from './messages';
import { openFiles, PeakWatch, socketsTo, type OpenFiles } from './processes';
import { publishKind, type Endpoint } from './webhooks';

/** How long the last sockets may stay open in n8n after the last execution. */
const QUIET_LIMIT_MS = 90_000;
const SETTLE_MS = 10_000;
/** A worker is killed when it has so many sockets to the servers, or after this time. */
const BUSY_SOCKETS = 4;
const BUSY_LIMIT_MS = 5_000;

/** One process of n8n at rest. */
export interface AtRest {
	memory: Memory;
	open: OpenFiles;
	sockets: number;
}

/** One process of n8n before and after the load. */
export interface Watched {
	name: 'main' | 'worker' | 'new worker';
	before?: AtRest;
	peak: number;
	after: AtRest;
}

export interface Results {
	form: Form;
	seed: number;
	calls: Call[];
	ended: Ended[];
	messages: Map<string, Sightings>;
	/** Chat messages that arrived without an id: there must be none. */
	unnamed: number;
	/** All requests, handshakes and messages that reached the servers. */
	requests: number;
	/** How many of them were struck, by kind of fault. */
	strikes: Strikes;
	/** When the worker was killed, epoch milliseconds. */
	killedAt: number;
	loadMs: number;
	processes: Watched[];
	/** Sockets open at the servers in the end. */
	serverSockets: number;
	/** Everything that n8n wrote: logs, and the data of all executions. */
	written: string;
	secrets: string[];
}

/** Everything that a run has started. */
export class Run {
	private cluster!: Cluster;

	private simulators!: SimulatorProcess;

	private readonly folder = mkdtempSync(join(tmpdir(), 'chatflow-faults-'));

	private endpoints: Endpoint[] = [];

	private readonly watches = new Map<N8nServer, PeakWatch>();

	constructor(
		private readonly form: Form,
		private readonly seed: number,
	) {}

	async stop(): Promise<void> {
		for (const watch of this.watches.values()) watch.stop();
		await this.cluster?.stop();
		await this.simulators?.stop();
		rmSync(this.folder, { recursive: true, force: true });
	}

	/** The whole run, from an empty machine to the figures. */
	async results(): Promise<Results> {
		const { form, seed } = this;
		say(`\nLoad and faults, ${form.name} form, seed ${seed}`);
		await step('Starting the servers and n8n', async () => await this.start());
		const warm = await step(`Warming up with ${form.warmUp} executions`, () => this.warmUp());
		const [dead, worker] = this.cluster.workers as [N8nServer, N8nServer];
		const { main } = this.cluster;
		const before = await step('Waiting for rest', async () => await this.atRest([main, worker]));
		await injectFaults(this.simulators, seed);
		const requestsBefore = await requestCount(this.simulators);
		for (const server of [main, worker])
			this.watches.set(server, new PeakWatch(server.process.pid));
		const startedAt = Date.now();
		const title = `Running ${form.executions} executions, one worker is killed amid them`;
		const { calls, killedAt, fresh } = await step(title, async () => await this.load(dead));
		const loadMs = Date.now() - startedAt;
		const after = await step(
			'Waiting for rest',
			async () => await this.atRest([main, worker, fresh]),
		);
		const known = new Set(warm.map(({ execution }) => execution.id));
		const ended = await step(
			'Reading all executions back',
			async () => await this.read(calls, known),
		);
		const { byId, unnamed } = await sightings(this.simulators);
		return {
			form,
			seed,
			calls,
			ended,
			messages: byId,
			unnamed,
			requests: (await requestCount(this.simulators)) - requestsBefore,
			strikes: await strikes(this.simulators),
			killedAt,
			loadMs,
			processes: [
				this.watched('main', main, after, before),
				this.watched('worker', worker, after, before),
				this.watched('new worker', fresh, after),
			],
			serverSockets: await this.serverSockets(),
			written: [
				this.cluster.mainLog(),
				this.cluster.workerLog(),
				...[...warm, ...ended].map(({ execution }) => execution.stored),
			].join('\n'),
			secrets: this.secrets(),
		};
	}

	private async start(): Promise<void> {
		this.simulators = await startSimulatorProcess(this.folder);
		const { perWorker: concurrency, env } = this.form;
		this.cluster = await Cluster.start({
			workers: 2,
			concurrency,
			env: { ...env, ...INSPECTABLE },
		});
		const { client } = this.cluster;
		const { baseUrl, apiKey } = this.simulators.dify;
		const { origin, robotKey, robotToken, username } = this.simulators.cybertron;
		const servers: Servers = {
			dify: await saveCredential(client, {
				name: 'Dify (simulator)',
				type: 'difyApi',
				data: { baseUrl, apiKey },
			}),
			cybertron: await saveCredential(client, {
				name: 'Cybertron (simulator)',
				type: 'cybertronApi',
				data: { baseUrl: origin, robotKey, robotToken, username },
			}),
			doneFile: await this.prepareServers(),
		};
		for (const kind of kinds) this.endpoints.push(await publishKind(client, kind, servers));
	}

	/** Gives the servers what is asked for; the result is the id of a file that is done. */
	private async prepareServers(): Promise<number> {
		const { difyControl, cybertronControl } = this.simulators;
		const settings = { version: '1.16', maxRecordedRequests: 1_000_000 };
		await difyControl.call('PATCH', '/settings', settings);
		const listed = { count: LISTED_CONVERSATIONS, user: LISTED_USER };
		await difyControl.call('POST', '/seed/conversation', listed);
		const { id } = await cybertronControl.call<{ id: number }>('POST', '/files', { plan: [7] });
		return id;
	}

	private async warmUp(): Promise<Ended[]> {
		await injectFaults(this.simulators, this.seed + 1);
		const calls = await runLoad({
			prefix: 'warm',
			baseUrl: this.cluster.main.baseUrl,
			endpoints: this.endpoints,
			order: mixture(this.form.warmUp, this.seed + 1),
			atOnce: this.form.atOnce,
		});
		return await this.read(calls, new Set());
	}

	private async load(dead: N8nServer) {
		const { form, seed } = this;
		const order = mixture(form.executions, seed);
		let killedAt = 0;
		let replaced: Promise<N8nServer> | undefined;
		const onDone = (done: number) => {
			if (done < order.length / 2 || replaced) return;
			replaced = this.replace(dead, () => (killedAt = Date.now()));
			// Told where it is waited for, after the load.
			replaced.catch(() => undefined);
		};
		const { endpoints, cluster } = this;
		const { baseUrl } = cluster.main;
		const calls = await runLoad({
			...{ prefix: 'load' as const, baseUrl, endpoints, order, onDone },
			atOnce: form.atOnce,
		});
		if (!replaced) throw new Error('No worker was killed');
		return { calls, killedAt, fresh: await replaced };
	}

	/** Kills a worker amid its work, and starts another as whatever watches over the workers would. */
	private async replace(dead: N8nServer, onKilled: () => void): Promise<N8nServer> {
		await this.untilBusy(dead);
		await dead.process.kill();
		onKilled();
		say('    a worker was killed');
		const fresh = await this.cluster.addWorker();
		this.watches.set(fresh, new PeakWatch(fresh.process.pid));
		say('    a new worker has started');
		return fresh;
	}

	private async untilBusy({ process: { pid } }: N8nServer): Promise<void> {
		const isBusy = async () => (socketsTo(pid, this.ports()) >= BUSY_SOCKETS ? true : undefined);
		const options = { what: 'The work of a worker', limitMs: BUSY_LIMIT_MS, everyMs: 20 };
		await waitFor(isBusy, options).catch(() => undefined);
	}

	private ports(): number[] {
		const { dify, cybertron } = this.simulators;
		return [dify.origin, cybertron.origin].map((origin) => Number(new URL(origin).port));
	}

	private async read(calls: Call[], known: Set<string>): Promise<Ended[]> {
		return await readExecutions(this.cluster.client, this.endpoints, calls, known);
	}

	/** Waits until n8n has no socket to the servers any more, and tells what is left open and held. */
	private async atRest(servers: N8nServer[]): Promise<Map<N8nServer, AtRest>> {
		const ports = this.ports();
		const sockets = () => servers.map(({ process: { pid } }) => socketsTo(pid, ports));
		await waitFor(async () => (sockets().every((count) => count === 0) ? true : undefined), {
			what: 'The end of all sockets to the servers',
			limitMs: QUIET_LIMIT_MS,
		}).catch(() => undefined);
		await delay(SETTLE_MS);
		const states = new Map<N8nServer, AtRest>();
		for (const server of servers) {
			const memory = await settledMemory(server);
			const { pid } = server.process;
			states.set(server, { memory, open: openFiles(pid), sockets: socketsTo(pid, ports) });
		}
		return states;
	}

	private watched(
		name: Watched['name'],
		server: N8nServer,
		after: Map<N8nServer, AtRest>,
		before?: Map<N8nServer, AtRest>,
	): Watched {
		const state = after.get(server);
		if (!state) throw new Error(`The ${name} was not looked at`);
		const peak = this.watches.get(server)?.peak ?? 0;
		return { name, before: before?.get(server), peak, after: state };
	}

	private async serverSockets(): Promise<number> {
		const { cybertronControl } = this.simulators;
		type State = { openSockets: number };
		return (await cybertronControl.call<State>('GET', '/state')).openSockets;
	}

	private secrets(): string[] {
		const { dify, cybertron } = this.simulators;
		const { robotKey, robotToken } = cybertron;
		return [dify.apiKey, robotKey, decodeURIComponent(robotKey), robotToken];
	}
}
