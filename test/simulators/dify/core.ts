import type { Socket } from 'node:net';
import { TempDirectory } from '../shared/temp-files';
import { defaultSettings, mergeApps } from './apps';
import type { RunSession } from './chat/session';
import type { Scenario, ScenarioRegistry, SseScript } from './chat/registry';
import { createRegistry } from './chat/registry';
import { FaultPlan } from './faults';
import { BytesSink } from './files/bytes';
import { RequestRecorder } from './recorder';
import { SimulatorState } from './state';
import type { AppConfig, Settings } from './types';
import { traitsOf, type DifyVersion, type VersionTraits } from './versions';

/** Everything that handlers share: the state, the settings, what is running. */
export class SimulatorCore {
	settings: Settings;
	state: SimulatorState;
	readonly faults = new FaultPlan();
	readonly recorder = new RequestRecorder(() => this.settings.maxRecordedRequests);
	readonly registry: ScenarioRegistry = createRegistry();
	/** Runs that have not ended, by run id. */
	readonly sessions = new Map<string, RunSession>();
	/** TCP connections that are open. */
	readonly sockets = new Set<Socket>();
	origin = '';
	private readonly temp = new TempDirectory('chatflow-dify-simulator-');

	constructor(
		private readonly version: DifyVersion,
		private readonly apps: AppConfig[],
		private readonly overrides: Partial<Settings> = {},
	) {
		this.settings = { ...defaultSettings(version), ...overrides };
		this.state = new SimulatorState(mergeApps(apps));
	}

	get traits(): VersionTraits {
		return traitsOf(this.settings.version);
	}

	/** Largest request body, bytes. */
	get bodyLimit(): number {
		return this.settings.bodyLimitMb * 1024 * 1024;
	}

	newSink(): BytesSink {
		return new BytesSink(this.temp, this.settings.fileMemoryLimitBytes);
	}

	/** Runs of one app that count against its concurrency ceiling. */
	activeRuns(appId: string): number {
		let count = 0;
		for (const session of this.sessions.values()) {
			if (session.app.id === appId && session.phase === 'running') count += 1;
		}
		return count;
	}

	registerScript(name: string, script: SseScript): void {
		this.registry.scripts.set(name, script);
	}

	registerScenario(name: string, scenario: Scenario): void {
		this.registry.scenarios.set(name, scenario);
	}

	/** Ends everything that runs and forgets everything that happened; settings as at the start. */
	reset(): void {
		this.killRuns();
		this.faults.clear();
		this.recorder.clear();
		this.registry.scripts.clear();
		this.registry.scenarios.clear();
		const { apps } = this.state;
		const fresh = mergeApps(this.apps);
		// Keep the ids of apps that existed before, so that urls in tests stay valid.
		for (const app of fresh) app.id = apps.find((old) => old.key === app.key)?.id ?? app.id;
		this.state = new SimulatorState(fresh);
		this.settings = { ...defaultSettings(this.version), ...this.overrides };
		this.temp.remove();
	}

	killRuns(): void {
		for (const session of [...this.sessions.values()]) session.kill();
		this.sessions.clear();
	}

	dispose(): void {
		this.killRuns();
		this.temp.remove();
	}
}
