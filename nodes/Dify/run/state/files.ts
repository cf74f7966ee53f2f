import type { IDataObject } from 'n8n-workflow';

import { asText, objectsIn } from '../../../shared/values';
import type { RunState } from './state';

/**
 * Adds files that are not known yet: `message_end` and `workflow_finished` repeat them. A file of an
 * Agent is told twice, with its name and type the second time.
 */
export function addFiles({ files, fileKeys }: RunState, given: IDataObject[]): void {
	for (const file of given) {
		const key = fileKey(file);
		const known = key === undefined ? undefined : fileKeys.get(key);
		if (known !== undefined) {
			files[known] = { ...file, ...files[known] };
			continue;
		}
		if (key !== undefined) fileKeys.set(key, files.length);
		files.push(file);
	}
}

/** The files among the outputs of a workflow, for servers and calls that do not list them. */
export function filesIn(outputs: IDataObject): IDataObject[] {
	return Object.values(outputs)
		.flatMap((value) => objectsIn(Array.isArray(value) ? value : [value]))
		.filter((value) => value.dify_model_identity === '__dify__file__');
}

/** Ids are not always there, and the signature in a URL changes with every event. */
function fileKey(file: IDataObject): string | undefined {
	return (
		asText(file.related_id) ??
		asText(file.reference) ??
		asText(file.upload_file_id) ??
		asText(file.id) ??
		(asText(file.url) ?? asText(file.remote_url))?.split(/[?#]/, 1)[0]
	);
}
