import type { IDataObject } from 'n8n-workflow';

import { asObject, asText } from '../../shared/objects';

/** One piece of text that a node gave: a whole answer, or one that is streamed in chunks. */
interface TextPart {
	chunks: Map<number, string>;
	/** Everything so far; set once the node says so, or for whole answers. */
	whole?: string;
	finished: boolean;
}

/** One visit of the flow to one node. */
export interface NodeRun {
	nodeId: string;
	nodeType?: string;
	nodeTitle?: string;
	flowUuid?: string;
	parts: TextPart[];
	entities: IDataObject;
	variables: IDataObject;
	/** Number of the last frame that belonged to this visit: the order in which nodes end. */
	lastFrame: number;
}

export function partText(part: TextPart): string {
	if (part.whole !== undefined) return part.whole;
	return [...part.chunks.entries()]
		.sort(([left], [right]) => left - right)
		.map(([, text]) => text)
		.join('');
}

/** All texts of the visit, joined by a blank line. */
export function runText(run: NodeRun): string {
	return run.parts.map(partText).filter(Boolean).join('\n\n');
}

/** Adds a whole answer; one that repeats what the node said last is the same answer again (facts 3.9). */
export function addWhole(run: NodeRun, text: string): boolean {
	const last = run.parts.at(-1);
	if (last && partText(last) === text) {
		last.finished = true;
		return false;
	}
	run.parts.push({ chunks: new Map(), whole: text, finished: true });
	return true;
}

/**
 * Adds a chunk of a streamed answer by the rule of facts 3.9: chunks are ordered by their index, an
 * index that was already used by another text starts a new answer, and the last chunk may be empty,
 * the whole text, or one more piece.
 */
export function addChunk(run: NodeRun, index: number, text: string, last: boolean): void {
	const part = openPart(run, index, text, last);
	if (!part) return;
	if (!last) {
		part.chunks.set(index, text);
		return;
	}
	const soFar = partText(part);
	if (text.startsWith(soFar)) part.whole = text;
	else if (text !== '') part.chunks.set(index, text);
	part.finished = true;
}

/** The part that a chunk belongs to; `undefined` for a repeated chunk. */
function openPart(run: NodeRun, index: number, text: string, last: boolean): TextPart | undefined {
	const current = run.parts.at(-1);
	if (current && !current.finished) {
		const known = current.chunks.get(index);
		if (known === undefined || (last && text.startsWith(partText(current)))) return current;
		if (known === text && !last) return undefined;
	}
	if (current?.finished && isEcho(current, index, text)) return undefined;
	const part: TextPart = { chunks: new Map(), finished: false };
	run.parts.push(part);
	return part;
}

/** Whether a chunk that arrives after the end only says again what was said. */
function isEcho(part: TextPart, index: number, text: string): boolean {
	if (text === '') return true;
	return part.chunks.get(index) === text || partText(part) === text;
}

/** What a flow frame tells about its node beside the text. */
export function noteNode(run: NodeRun, raw: IDataObject, data: IDataObject): void {
	const output = asObject(data.output);
	run.nodeType = asText(raw.node_type) ?? run.nodeType;
	run.nodeTitle = asText(raw.node_title) ?? run.nodeTitle;
	run.flowUuid = asText(data.flow_uuid) ?? run.flowUuid;
	run.entities = { ...run.entities, ...asObject(output.entities) };
	run.variables = { ...run.variables, ...asObject(output.variables) };
}
