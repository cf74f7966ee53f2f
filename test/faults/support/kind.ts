import type { IDataObject } from 'n8n-workflow';
import type { Step } from '../../bench/support/n8n';
import type { SavedCredential } from '../../support/n8n/credentials';

/** What the workflows need to know of the servers. */
export interface Servers {
	dify: SavedCredential;
	cybertron: SavedCredential;
	/** A Cybertron file whose flow has succeeded. */
	doneFile: number;
}

/** What one call of a webhook carries; every message has a text that no other has. */
export interface Sent {
	id: string;
	texts: string[];
	/** SHA-256 of the file, in hexadecimal digits. */
	sha256?: string;
}

/** One kind of execution: a workflow behind a webhook. */
export interface Kind {
	name: string;
	/** Of a thousand executions. */
	share: number;
	/** Chat messages in one execution. */
	messages: number;
	/** Whether the call carries a file. */
	file?: boolean;
	/** Whether the answer is streamed to the caller. */
	live?: boolean;
	steps(servers: Servers): Step[];
	/**
	 * What is wrong with the items of the last node; undefined when they are as documented.
	 *
	 * @param heard What the caller of the webhook was answered.
	 */
	complaint(items: IDataObject[], sent: Sent, heard: string): string | undefined;
}

/** Seconds without a sign of life that the nodes wait for: short, as the stalls have to be. */
export const TIMEOUT_SECONDS = 3;

/** The part of a text that the simulators echo: without the directives. */
export function spoken(text: string | undefined): string {
	return (text ?? '').replace(/\s#.*$/, '');
}

/** The text of the n-th message of an execution, answered in a few pieces. */
export function messageText(id: string, n: number): string {
	return `${id}.${n} will it rain in the mountains tomorrow #slow 120`;
}

/** The id of a message in its text, or undefined in any other text. */
export function messageId(text: unknown): string | undefined {
	return typeof text === 'string' ? /^(?:warm|load)-\d+\.\d+/.exec(text)?.[0] : undefined;
}
