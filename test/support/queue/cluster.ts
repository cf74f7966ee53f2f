import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { N8nClient, type Owner } from '../n8n/client';
import type { GuardedProcess } from '../n8n/guarded-process';
import { installInN8n } from '../n8n/package-install';
import { freePort } from '../n8n/ports';
import { startN8n, type N8nServer } from '../n8n/server';
import { startPostgres } from './postgres';
import { startRedis } from './redis';

export interface ClusterOptions {
	workers?: number;
	/** Executions that each worker runs at once. */
	concurrency?: number;
	/** More settings for all processes of n8n. */
	env?: NodeJS.ProcessEnv;
}

const owner: Owner = { email: 'owner@example.com', password: 'Only-for-tests-1' };

/**
 * n8n in queue mode on one machine: a main process, workers, Redis and PostgreSQL, all fresh and on
 * ports of their own, with the built package installed. Everything ends with `stop()`, and in any
 * case with the process that called this.
 */
export class Cluster {
	main!: N8nServer;

	/** Logged in to the main process; another one after the main process was started again. */
	client!: N8nClient;

	readonly workers: N8nServer[] = [];

	private constructor(
		readonly folder: string,
		private readonly services: GuardedProcess[],
		private readonly port: number,
		private readonly env: NodeJS.ProcessEnv,
		private readonly concurrency: number,
	) {}

	static async start(options: ClusterOptions = {}): Promise<Cluster> {
		const { workers = 2, concurrency = 10, env } = options;
		const folder = mkdtempSync(join(tmpdir(), 'chatflow-queue-'));
		// PostgreSQL runs as another user and has to get to its own folder.
		chmodSync(folder, 0o755);
		const services: GuardedProcess[] = [];
		try {
			const redis = await startRedis(join(folder, 'redis'));
			services.push(redis.process);
			const postgres = await startPostgres(join(folder, 'postgres'));
			services.push(postgres.process);
			await installInN8n(folder);
			const queue = {
				EXECUTIONS_MODE: 'queue',
				QUEUE_BULL_REDIS_HOST: '127.0.0.1',
				QUEUE_BULL_REDIS_PORT: String(redis.port),
				...postgres.environment,
				...env,
			};
			const cluster = new Cluster(folder, services, await freePort(), queue, concurrency);
			// The first start makes the tables of the database.
			await cluster.startMain();
			await Promise.all(Array.from({ length: workers }, async () => await cluster.addWorker()));
			return cluster;
		} catch (error) {
			await stopAll(services);
			throw error;
		}
	}

	/** Starts the main process, also after it was stopped or killed; at the same address. */
	async startMain(): Promise<void> {
		const { folder, port, env } = this;
		this.main = await startN8n({ userFolder: folder, port, env });
		this.client = new N8nClient(this.main.baseUrl);
		await this.client.enter(owner);
	}

	/** Starts one more worker. */
	async addWorker(): Promise<N8nServer> {
		const worker = await startN8n({
			userFolder: this.folder,
			command: 'worker',
			args: [`--concurrency=${this.concurrency}`],
			env: this.env,
		});
		this.workers.push(worker);
		return worker;
	}

	/** What all workers have written so far. */
	workerLog(): string {
		return readFileSync(join(this.folder, 'worker.log'), 'utf8');
	}

	/** What the main processes have written so far. */
	mainLog(): string {
		return readFileSync(join(this.folder, 'start.log'), 'utf8');
	}

	/** Stops n8n before what it depends on, and deletes all files. */
	async stop(): Promise<void> {
		await Promise.all([this.main, ...this.workers].map(async (server) => await server.stop()));
		await stopAll(this.services);
		rmSync(this.folder, { recursive: true, force: true });
	}
}

async function stopAll(processes: GuardedProcess[]): Promise<void> {
	await Promise.all(processes.map(async (process) => await process.stop()));
}
