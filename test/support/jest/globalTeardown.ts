import { rmSync } from 'node:fs';

/** After all test files: a worker of jest cannot do it, its exit is not told to the code in it. */
export default function removeFolder(): void {
	const folder = process.env.CHATFLOW_ENGINE_FOLDER;
	if (folder) rmSync(folder, { recursive: true, force: true });
}
