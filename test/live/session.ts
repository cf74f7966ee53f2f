/** How one check ended. */
export interface Row {
	operation: string;
	result: 'passed' | 'failed' | 'not possible';
	ms: number;
	/** Why it failed or was not possible. */
	why?: string;
}

/** Thrown by a check for what this server or app does not offer, or what no variable names. */
export class NotPossible extends Error {}

/** What a check gave, for the checks that build on it. */
export class Fact<T> {
	constructor(
		private readonly operation: string,
		private readonly outcome: { value: T } | { error: Error },
	) {}

	/** @throws NotPossible or Error if the check gave nothing. */
	get(): T {
		const { outcome, operation } = this;
		if ('value' in outcome) return outcome.value;
		if (outcome.error instanceof NotPossible) {
			throw new NotPossible(`needs ${operation}: ${outcome.error.message}`);
		}
		throw new Error(`not tried, because ${operation} failed`);
	}

	/** What the check gave, if it passed. */
	orUndefined(): T | undefined {
		return 'value' in this.outcome ? this.outcome.value : undefined;
	}
}

/** One run of the suite: does the checks one after the other and keeps how they ended. */
export class Session {
	readonly rows: Row[] = [];
	readonly removed: string[] = [];
	/** What is still on the server when all has been removed that can be removed. */
	readonly stays: string[] = [];
	private readonly endings: Array<() => Promise<void>> = [];

	constructor(
		/** Marks all that this run creates. */
		readonly user: string,
		/** Aborted by Ctrl-C: nothing new is begun, and what was created is removed. */
		readonly signal: AbortSignal,
		private readonly secrets: string[],
		private readonly onRow: (row: Row) => void,
	) {}

	/** Does one check. Whatever happens becomes a row; nothing is thrown. */
	async check<T>(operation: string, work: () => Promise<T>): Promise<Fact<T>> {
		const started = Date.now();
		try {
			if (this.signal.aborted) throw new Error('interrupted');
			const value = await work();
			this.add({ operation, result: 'passed', ms: Date.now() - started });
			return new Fact(operation, { value });
		} catch (thrown) {
			const error = thrown instanceof Error ? thrown : new Error(String(thrown));
			const result = error instanceof NotPossible ? 'not possible' : 'failed';
			this.add({ operation, result, ms: Date.now() - started, why: this.blanked(error.message) });
			return new Fact<T>(operation, { error });
		}
	}

	/** Rows for operations that cannot be tried at all. */
	notPossible(why: string, ...operations: string[]): void {
		for (const operation of operations) {
			this.add({ operation, result: 'not possible', ms: 0, why });
		}
	}

	/** Registers how to remove what has been created; the last one created goes first. */
	onEnd(remove: () => Promise<void>): void {
		this.endings.unshift(remove);
	}

	async end(): Promise<void> {
		for (const remove of this.endings.splice(0)) {
			await remove().catch((error: Error) => {
				this.stays.push(`what could not be removed: ${this.blanked(error.message)}`);
			});
		}
	}

	/** @throws Error if a key stands in the text. */
	assertNoSecret(text: string): void {
		if (this.secrets.some((secret) => text.includes(secret))) {
			throw new Error('a key stands in what the node gave');
		}
	}

	private blanked(text: string): string {
		return this.secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
	}

	private add(row: Row): void {
		this.rows.push(row);
		this.onRow(row);
	}
}
