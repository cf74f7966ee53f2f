import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { selectors, type Browser, type Page } from 'playwright-core';
import { openN8n, owner } from '../../e2e/support/n8n';
import type { N8nClient } from '../../support/n8n/client';
import { cacheFolder } from '../../support/n8n/installation';
import { launchChromium } from './chromium';
import { Editor } from './editor';

export type Scheme = 'light' | 'dark';

export interface Session {
	/** The same n8n by its REST interface, for what a test only needs and does not test. */
	client: N8nClient;
	editor: Editor;
	/** The same login once more, in other colours. */
	another(scheme: Scheme): Promise<Editor>;
	close(): Promise<void>;
}

const SIZE = { width: 1280, height: 800 };
const LIMIT_MS = 15_000;
/** The editor is some megabytes of JavaScript; on a busy machine they take their time. */
const PAGE_LIMIT_MS = 45_000;

selectors.setTestIdAttribute('data-test-id');

async function openPage(browser: Browser, colorScheme: Scheme): Promise<Page> {
	const context = await browser.newContext({
		viewport: SIZE,
		colorScheme,
		reducedMotion: 'reduce',
		locale: 'en-GB',
		timezoneId: 'UTC',
	});
	context.setDefaultTimeout(LIMIT_MS);
	context.setDefaultNavigationTimeout(PAGE_LIMIT_MS);
	return await context.newPage();
}

async function login(page: Page, baseUrl: string): Promise<void> {
	await page.goto(`${baseUrl}/signin`);
	await page.locator('input[name="emailOrLdapLoginId"]').fill(owner.email);
	await page.locator('input[name="password"]').fill(owner.password);
	await page.getByTestId('form-submit-button').click();
	await page.waitForURL(/\/(home|workflow)/);
}

/** A browser with n8n's editor, logged in as the owner. */
export async function openSession(scheme: Scheme = 'light'): Promise<Session> {
	const client = await openN8n();
	const browser = await launchChromium();
	const open = async (colours: Scheme) => {
		const page = await openPage(browser, colours);
		await login(page, client.baseUrl);
		return new Editor(page, client);
	};
	const editor = await open(scheme);
	return { client, editor, another: open, close: async () => await browser.close() };
}

/** Keeps what the page shows now, to be looked at when a test failed. */
export async function keepView(editor: Editor, name: string): Promise<void> {
	const folder = join(cacheFolder, 'browser');
	mkdirSync(folder, { recursive: true });
	const file = name.replace(/[^\w-]+/g, '-').slice(0, 120);
	await editor.page.screenshot({ path: join(folder, `${file}.png`) });
}
