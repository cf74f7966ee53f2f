const BROWSER_ID = 'chatflow-tests';
const REQUEST_LIMIT_MS = 60_000;
const DATABASE_LIMIT_MS = 60_000;

/** An answer of n8n's REST interface that is not a success. */
export class N8nRequestError extends Error {
	constructor(
		readonly status: number,
		readonly request: string,
		readonly body: string,
	) {
		super(`${request} answered ${status}: ${body.slice(0, 500)}`);
	}
}

export interface Owner {
	email: string;
	password: string;
}

/** Calls the interface that n8n's own editor uses, with its session cookie. */
export class N8nClient {
	private cookie = '';

	constructor(readonly baseUrl: string) {}

	/**
	 * Sends one request; the answer is the `data` of n8n's envelope where there is one. An n8n that has
	 * just started, or that has lost its database for a moment, is asked again for a while: it has done
	 * nothing then.
	 */
	async call<T>(method: string, path: string, body?: unknown): Promise<T> {
		const until = Date.now() + DATABASE_LIMIT_MS;
		let { answer, text } = await this.send(method, path, body);
		while (text.includes('Database is not ready') && Date.now() < until) {
			await new Promise((resolve) => setTimeout(resolve, 500));
			({ answer, text } = await this.send(method, path, body));
		}
		if (!answer.ok) throw new N8nRequestError(answer.status, `${method} ${path}`, text);
		this.keepCookie(answer.headers.getSetCookie());
		const parsed: unknown = text === '' ? undefined : JSON.parse(text);
		const isEnvelope = typeof parsed === 'object' && parsed !== null && 'data' in parsed;
		return (isEnvelope ? parsed.data : parsed) as T;
	}

	private async send(method: string, path: string, body?: unknown) {
		const answer = await fetch(`${this.baseUrl}${path}`, {
			method,
			headers: {
				'browser-id': BROWSER_ID,
				...(this.cookie ? { cookie: this.cookie } : {}),
				...(body === undefined ? {} : { 'content-type': 'application/json' }),
			},
			body: body === undefined ? undefined : JSON.stringify(body),
			signal: AbortSignal.timeout(REQUEST_LIMIT_MS),
		});
		return { answer, text: await answer.text() };
	}

	private keepCookie(cookies: string[]): void {
		const session = cookies.find((cookie) => cookie.startsWith('n8n-auth='));
		if (session) this.cookie = session.split(';')[0] ?? '';
	}

	/** Creates the owner of a fresh n8n, or logs in where there is one already. */
	async enter({ email, password }: Owner): Promise<void> {
		type Settings = { userManagement: { showSetupOnFirstLoad: boolean } };
		const settings = await this.call<Settings>('GET', '/rest/settings');
		if (settings.userManagement.showSetupOnFirstLoad) {
			const names = { firstName: 'Demo', lastName: 'Owner' };
			await this.call('POST', '/rest/owner/setup', { email, password, ...names });
		}
		await this.call('POST', '/rest/login', { emailOrLdapLoginId: email, password });
	}
}
