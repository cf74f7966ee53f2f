import { join } from 'node:path';
import { rootFolder } from '../../support/n8n/installation';
import { startScript } from './processes';

interface Announcement {
	dify: { origin: string; baseUrl: string; apiKey: string };
	cybertron: { origin: string; robotKey: string; robotToken: string; username: string };
}

/** The control interface of a simulator that runs as its own process. */
export class Control {
	constructor(private readonly origin: string) {}

	async call<Answer>(method: string, path: string, body?: object): Promise<Answer> {
		const answer = await fetch(`${this.origin}/_control${path}`, {
			method,
			...(body ? { body: JSON.stringify(body) } : {}),
			headers: { 'content-type': 'application/json' },
			signal: AbortSignal.timeout(30_000),
		});
		const text = await answer.text();
		if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
		return (text === '' ? undefined : JSON.parse(text)) as Answer;
	}
}

export interface SimulatorProcess extends Announcement {
	pid: number;
	difyControl: Control;
	cybertronControl: Control;
	stop(): Promise<void>;
}

/** Starts both simulators in one process of their own, on free ports. */
export async function startSimulatorProcess(folder: string): Promise<SimulatorProcess> {
	const cli = join(rootFolder, 'test', 'simulators', 'cli.ts');
	const log = join(folder, 'simulators.log');
	const { process, announcement } = await startScript<Announcement>(cli, ['--json'], log);
	return {
		...announcement,
		pid: process.pid,
		difyControl: new Control(announcement.dify.origin),
		cybertronControl: new Control(announcement.cybertron.origin),
		stop: async () => await process.stop(),
	};
}
