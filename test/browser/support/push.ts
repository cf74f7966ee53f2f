import type { Page } from 'playwright-core';

const FINISHED = '"type":"executionFinished"';

/** What n8n tells its editor over a WebSocket while executions run. */
export class Push {
	private finished = 0;
	private waiting: Array<() => void> = [];

	constructor(page: Page) {
		page.on('websocket', (socket) => {
			socket.on('framereceived', ({ payload }) => {
				if (payload.toString().includes(FINISHED)) this.tell();
			});
		});
	}

	private tell(): void {
		this.finished += 1;
		for (const resolve of this.waiting.splice(0)) resolve();
	}

	/** Resolves when the next execution has ended; call it before the execution starts. */
	async nextEnd(limitMs: number): Promise<void> {
		let timer: NodeJS.Timeout | undefined;
		const late = new Promise<never>((_, reject) => {
			const what = `No execution ended within ${limitMs / 1000} s`;
			timer = setTimeout(() => reject(new Error(what)), limitMs);
		});
		const told = new Promise<void>((resolve) => this.waiting.push(resolve));
		try {
			await Promise.race([told, late]);
		} finally {
			clearTimeout(timer);
		}
	}
}
