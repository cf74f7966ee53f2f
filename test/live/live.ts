import { randomBytes } from 'node:crypto';

import { say } from '../demo/print';
import { DIFY_VERSIONS } from '../simulators/dify';
import { cybertronSuite } from './cybertronSuite';
import { untried } from './coverage';
import { difySuite } from './difySuite';
import { printSum, printTable, tell } from './report';
import { Session, type Row } from './session';
import { readSettings, secretsOf, type LiveSettings } from './settings';
import { startSimulated } from './simulated';

const SIGNALS: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Against the servers that the environment names; gives the exit code. */
export async function runLive(env: NodeJS.ProcessEnv, only: string): Promise<number> {
	const { title, rows } = await run(readSettings(env), only);
	printTable(title, rows);
	return printSum(rows);
}

/** Against the simulated servers of every version; gives the exit code. */
export async function runAgainstSimulators(only: string): Promise<number> {
	const all: Row[] = [];
	for (const version of DIFY_VERSIONS) {
		const simulated = await startSimulated(version);
		const withCybertron = version === DIFY_VERSIONS.at(-1);
		const { dify, cybertron } = simulated.settings;
		const { rows } = await run(withCybertron ? { dify, cybertron } : { dify }, only).finally(
			async () => await simulated.close(),
		);
		printTable(`Simulated Dify ${version}${withCybertron ? ' and Cybertron' : ''}`, rows);
		all.push(...rows);
	}
	if (only === '') {
		const missing = await untried(all);
		for (const { operation, why } of missing) say(`failed: ${operation}: ${why}`);
		all.push(...missing);
	}
	return printSum(all);
}

/** Runs the suites of the services that the settings name. */
async function run(settings: LiveSettings, only: string): Promise<{ title: string; rows: Row[] }> {
	const user = `n8n-live-${randomBytes(4).toString('hex')}`;
	const controller = new AbortController();
	const interrupt = () => controller.abort();
	for (const name of SIGNALS) process.on(name, interrupt);
	const session = new Session(user, controller.signal, secretsOf(settings), tell);
	const titles: string[] = [];
	try {
		if (settings.dify) titles.push(await difySuite(session, settings.dify, only));
		if (settings.cybertron) titles.push(await cybertronSuite(session, settings.cybertron, only));
	} finally {
		await session.end();
		for (const name of SIGNALS) process.off(name, interrupt);
	}
	for (const line of session.removed) say(`removed: ${line}`);
	for (const line of session.stays) say(`stays: ${line}`);
	return { title: titles.join('; '), rows: session.rows };
}
