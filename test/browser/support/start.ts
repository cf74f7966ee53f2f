import startN8n from '../../e2e/support/start';
import { ensureChromium } from './chromium';

/** The browser first: without one, waiting for n8n would be for nothing. */
export default async function start(): Promise<void> {
	ensureChromium();
	await startN8n();
}
