import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A temporary directory made on first use and removed with everything in it by `remove()`. */
export class TempDirectory {
	private directory: string | undefined;
	private counter = 0;

	constructor(private readonly prefix: string) {}

	/** A path that no other caller of this object gets. */
	nextPath(): string {
		this.directory ??= mkdtempSync(join(tmpdir(), this.prefix));
		this.counter += 1;
		return join(this.directory, `part-${this.counter}`);
	}

	remove(): void {
		if (this.directory) rmSync(this.directory, { recursive: true, force: true });
		this.directory = undefined;
	}
}
