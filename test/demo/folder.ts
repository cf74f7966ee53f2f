import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Owner } from '../support/n8n/client';

/** The demo's login: its password is made at the first start and kept beside n8n's database. */
export function demoOwner(folder: string): Owner {
	const file = join(folder, 'login.json');
	if (!existsSync(file)) {
		// n8n asks for a capital letter and a digit.
		const password = `Demo-${randomBytes(6).toString('hex')}-1`;
		const owner: Owner = { email: 'demo@example.com', password };
		writeFileSync(file, JSON.stringify(owner), { mode: 0o600 });
	}
	return JSON.parse(readFileSync(file, 'utf8')) as Owner;
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}

/** Two demos would write to one database: the second one fails here. Returns how to unlock. */
export function lockDemo(folder: string): () => void {
	mkdirSync(folder, { recursive: true });
	const file = join(folder, 'running.pid');
	const other = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
	if (other && other !== process.pid && isAlive(other)) {
		throw new Error(`The demo is running already (process ${other}); stop that one first`);
	}
	writeFileSync(file, String(process.pid));
	return () => rmSync(file, { force: true });
}
