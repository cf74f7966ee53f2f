import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Before all test files: one folder for what their engines write, which the workers inherit. */
export default function makeFolder(): void {
	process.env.CHATFLOW_ENGINE_FOLDER = mkdtempSync(join(tmpdir(), 'chatflow-engine-'));
}
