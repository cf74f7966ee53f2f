import { startCybertronSimulator, type CybertronSimulator } from './cybertron/index';
import {
	DIFY_VERSIONS,
	startDifySimulator,
	type DifySimulator,
	type DifyVersion,
} from './dify/index';
import { parseArguments, type CliArguments } from './shared/arguments';

const HELP = `Starts the Dify and the Cybertron simulator.

  --dify-port N        port of the Dify simulator (default: any free port)
  --cybertron-port N   port of the Cybertron simulator (default: any free port)
  --dify-version V     one of ${DIFY_VERSIONS.join(', ')} (default: 1.13.1)
  --host H             address to listen on (default: 127.0.0.1)
  --json               print one line of JSON first
`;

function difyVersion(given: string | undefined): DifyVersion | undefined {
	const known = DIFY_VERSIONS.find((version) => version === given);
	if (given !== undefined && !known) {
		throw new Error(`--dify-version must be one of ${DIFY_VERSIONS.join(', ')}`);
	}
	return known;
}

async function start(parsed: CliArguments): Promise<[DifySimulator, CybertronSimulator]> {
	const version = difyVersion(parsed.difyVersion);
	const dify = await startDifySimulator({
		port: parsed.difyPort,
		host: parsed.host,
		...(version ? { version } : {}),
	});
	try {
		const { cybertronPort, host } = parsed;
		return [dify, await startCybertronSimulator({ port: cybertronPort, host })];
	} catch (error) {
		await dify.close();
		throw error;
	}
}

function machineReadable(dify: DifySimulator, cybertron: CybertronSimulator): string {
	return JSON.stringify({
		dify: {
			origin: dify.origin,
			baseUrl: dify.baseUrl,
			apiKey: dify.apiKey,
			port: dify.port,
			version: dify.version,
		},
		cybertron: {
			origin: cybertron.origin,
			wsOrigin: cybertron.wsOrigin,
			robotKey: cybertron.robotKey,
			robotToken: cybertron.robotToken,
			username: cybertron.username,
			port: cybertron.port,
		},
		pid: process.pid,
	});
}

function humanReadable(dify: DifySimulator, cybertron: CybertronSimulator): string {
	const auth = `-H 'Authorization: Bearer ${dify.apiKey}' -H 'Content-Type: application/json'`;
	return `
Dify simulator ${dify.version}
  base URL     ${dify.baseUrl}
  API key      ${dify.apiKey}
  more apps    ${dify.state.apps.map((app) => `${app.key} (${app.mode})`).join(', ')}
  control      ${dify.origin}/_control

  curl -N ${auth} ${dify.baseUrl}/chat-messages \\
    -d '{"query":"#slow 200 Hello there","inputs":{},"user":"me","response_mode":"streaming"}'
  curl ${auth} ${dify.baseUrl}/info

Cybertron simulator
  base URL     ${cybertron.origin}
  WebSocket    ${cybertron.wsOrigin}
  robot key    ${cybertron.robotKey}
  robot token  ${cybertron.robotToken}
  user name    ${cybertron.username}

Ctrl+C stops both.
`;
}

async function main(): Promise<void> {
	const parsed = parseArguments(process.argv.slice(2));
	if (parsed.help) {
		process.stdout.write(HELP);
		return;
	}
	const [dify, cybertron] = await start(parsed);
	let stopping = false;
	const stop = (): void => {
		if (stopping) return;
		stopping = true;
		void Promise.all([dify.close(), cybertron.close()]).then(() => process.exit(0));
	};
	process.on('SIGINT', stop);
	process.on('SIGTERM', stop);
	if (parsed.json) process.stdout.write(`${machineReadable(dify, cybertron)}\n`);
	process.stdout.write(humanReadable(dify, cybertron));
}

main().catch((error: unknown) => {
	process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
	process.exit(1);
});
