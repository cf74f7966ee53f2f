import { delimiter, dirname } from 'node:path';

export interface N8nEnvironmentOptions {
	node: string;
	/** n8n keeps its database, its settings and community packages in `<userFolder>/.n8n`. */
	userFolder: string;
	port: number;
	/** The task runners' broker has a fixed port by default, so two instances would collide. */
	brokerPort: number;
	/** Anything to add or to change, e.g. the queue mode's settings. */
	extra?: NodeJS.ProcessEnv;
}

/** Only these come from the caller's environment: settings made for npm, jest or another n8n do not. */
const INHERITED = ['HOME', 'LANG', 'LC_ALL', 'TMPDIR', 'TZ', 'USER'];

/** Whatever would call home or ask questions is off. */
const QUIET: NodeJS.ProcessEnv = {
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_COMMUNITY_PACKAGES_ENABLED: 'true',
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	N8N_RUNNERS_ENABLED: 'false',
	N8N_SECURE_COOKIE: 'false',
	N8N_LOG_LEVEL: 'info',
};

/** The environment of an n8n process that listens on 127.0.0.1 only. */
export function n8nEnvironment(options: N8nEnvironmentOptions): NodeJS.ProcessEnv {
	const inherited = Object.fromEntries(INHERITED.map((name) => [name, process.env[name]]));
	return {
		...inherited,
		PATH: [dirname(options.node), process.env.PATH].join(delimiter),
		...QUIET,
		N8N_USER_FOLDER: options.userFolder,
		N8N_PORT: String(options.port),
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_RUNNERS_BROKER_PORT: String(options.brokerPort),
		N8N_ENCRYPTION_KEY: 'only-for-tests-and-the-demo',
		...options.extra,
	};
}
