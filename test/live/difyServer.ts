/** A Dify server as far as it tells about itself. */
export class DifyServer {
	/** With `/v1` at its end. */
	readonly root: string;

	private constructor(
		readonly baseUrl: string,
		/** Missing if the server does not tell it. */
		readonly version?: string,
	) {
		this.root = rootOf(baseUrl);
	}

	static async at(baseUrl: string): Promise<DifyServer> {
		const response = await fetch(`${rootOf(baseUrl)}/`, { signal: AbortSignal.timeout(30_000) });
		const text = await response.text();
		const told = response.headers.get('x-version') ?? serverVersion(text);
		return new DifyServer(baseUrl, told);
	}

	/** Whether it is this version or newer; a server that does not tell its version may be. */
	mayBe(wanted: string): boolean {
		if (this.version === undefined) return true;
		const [left, right] = [numbers(this.version), numbers(wanted)];
		const different = right.findIndex((number, at) => (left[at] ?? 0) !== number);
		return different < 0 || (left[different] ?? 0) > (right[different] ?? 0);
	}
}

function rootOf(baseUrl: string): string {
	return `${baseUrl.trim().replace(/\/+$/, '').replace(/\/v1$/, '')}/v1`;
}

function serverVersion(text: string): string | undefined {
	return /"server_version"\s*:\s*"([^"]+)"/.exec(text)?.[1];
}

function numbers(version: string): number[] {
	return version.split(/[.-]/).map(Number);
}
