import { getProxyForUrl } from 'proxy-from-env';

/**
 * The agent that tunnels a WebSocket through the proxy that the environment names for its address
 * (`HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`); `undefined` when there is none. n8n reads
 * the environment for its HTTP requests with the same two libraries, so both take the same way.
 *
 * @param signal Cuts the connection to the proxy, also while the proxy has not answered yet.
 * @throws TypeError when the environment names something that is no address.
 */
export async function proxyAgent(url: string, signal: AbortSignal) {
	const proxy = getProxyForUrl(url.replace(/^ws/i, 'http'));
	if (!proxy) return undefined;
	// Loaded when it is needed: most n8n have no proxy, and all load the node when they start.
	const { HttpsProxyAgent } = await import('https-proxy-agent');
	return new HttpsProxyAgent(proxy, { signal });
}
