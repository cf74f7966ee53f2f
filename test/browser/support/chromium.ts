import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** Where Debian, Ubuntu, Fedora, macOS and Google's own packages put it. */
const USUAL_PLACES = [
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const MISSING =
	'No Chromium was found. Install one (Debian: apt-get install chromium), or name it in CHROMIUM_BIN';
const INSTALL_LIMIT_MS = 300_000;

/** Nothing but the pages of the test n8n: no sandbox (root has none), no calls home. */
const FLAGS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	// A container's /dev/shm may be too small for it.
	'--disable-dev-shm-usage',
	'--force-color-profile=srgb',
	'--hide-scrollbars',
];

function isExecutable(file: string): boolean {
	try {
		accessSync(file, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

/** The browser to use, if there is one. */
function findChromium(): string | undefined {
	const named = process.env.CHROMIUM_BIN;
	return [...(named ? [named] : []), ...USUAL_PLACES].find(isExecutable);
}

function aptGet(args: string[]): boolean {
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
	const options = { stdio: 'inherit', env, timeout: INSTALL_LIMIT_MS } as const;
	return spawnSync('apt-get', args, options).status === 0;
}

/** Debian's package, and one of its fonts: without any, headings of the pages have no letters. */
function installChromium(): void {
	process.stdout.write('- Installing Chromium with apt-get\n');
	const packages = ['chromium', 'fonts-liberation'];
	aptGet(['update', '-qq']);
	if (!aptGet(['install', '-y', '-qq', '--no-install-recommends', ...packages]))
		throw new Error(MISSING);
}

/** The browser's file; installs it where that is possible, else fails and says what is missing. */
export function ensureChromium(): string {
	const found = findChromium();
	if (found) return found;
	if (process.getuid?.() !== 0 || !isExecutable('/usr/bin/apt-get')) throw new Error(MISSING);
	installChromium();
	const installed = findChromium();
	if (!installed) throw new Error(MISSING);
	return installed;
}

export async function launchChromium(): Promise<Browser> {
	return await chromium.launch({ executablePath: ensureChromium(), args: FLAGS });
}
