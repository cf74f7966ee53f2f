import type { IDataObject } from 'n8n-workflow';

import { asText, isObject } from '../../shared/objects';
import { ownFields } from './agent';
import type { DifyEvent } from './event';
import type { ChatState } from './state';

/** Adds the files of an event that are not known yet: `message_end` and `workflow_finished` repeat them. */
export function addFiles(state: ChatState, files: unknown): void {
	if (!Array.isArray(files)) return;
	for (const file of files) if (isObject(file)) addFile(state, file);
}

/** A file made by a tool (`message_file`; apps other than Chatflow). The user's own files are none. */
export function messageFile(state: ChatState, { raw }: DifyEvent): void {
	if (raw.belongs_to !== 'user') addFile(state, ownFields(raw));
}

function addFile(state: ChatState, file: IDataObject): void {
	const key = fileKey(file);
	if (key === undefined || !state.files.some((known) => fileKey(known) === key)) {
		state.files.push(file);
	}
}

/** Ids are not always there, and the signature in a URL changes with every event (facts 3.5). */
function fileKey(file: IDataObject): string | undefined {
	return (
		asText(file.related_id) ??
		asText(file.reference) ??
		asText(file.upload_file_id) ??
		asText(file.id) ??
		(asText(file.url) ?? asText(file.remote_url))?.replace(/[?#].*$/, '')
	);
}
