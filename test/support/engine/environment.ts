import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

// n8n-core reads these once, when it is loaded: this module must be imported before it.
const parent = process.env.CHATFLOW_ENGINE_FOLDER ?? tmpdir();
const userFolder = mkdtempSync(path.join(parent, 'chatflow-engine-'));
process.env.N8N_USER_FOLDER = userFolder;
process.env.N8N_ENCRYPTION_KEY ??= 'engine-tests-only';
process.env.N8N_DIAGNOSTICS_ENABLED = 'false';
process.on('exit', () => rmSync(userFolder, { recursive: true, force: true }));

export { userFolder };
