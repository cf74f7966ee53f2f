import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One folder for what the engines of all test files write, which the workers inherit. */
export function makeFolder(): void {
	process.env.CHATFLOW_ENGINE_FOLDER = mkdtempSync(join(tmpdir(), 'chatflow-engine-'));
}
