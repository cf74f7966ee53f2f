import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { cacheFolder, rootFolder } from '../../support/n8n/installation';
import type { Editor } from './editor';

/** Where `npm run screenshots` puts the README's pictures; other runs leave those alone. */
const folder = process.env.CHATFLOW_PICTURES
	? join(rootFolder, process.env.CHATFLOW_PICTURES)
	: join(cacheFolder, 'pictures');

/** What comes and goes by itself. */
const NOISE = `
	.el-notification, [role='tooltip'], [data-reka-popper-content-wrapper] {
		visibility: hidden !important;
	}
	*, *::before, *::after {
		transition: none !important;
		animation: none !important;
		caret-color: transparent !important;
	}
`;

const SETTLING_MS = 1_200;

/** Takes one picture, of the page or of a part of it; gives its size in bytes. */
export async function takePicture(editor: Editor, name: string, part?: Locator): Promise<number> {
	mkdirSync(folder, { recursive: true });
	const path = join(folder, `${name}.png`);
	const { page } = editor;
	await page.addStyleTag({ content: NOISE });
	await page.mouse.move(640, 795);
	await page.waitForTimeout(SETTLING_MS);
	await (part ?? page).screenshot({ path });
	return statSync(path).size;
}
