/**
 * One piece of text that a node or a plain robot says: a whole answer, or one that is streamed in
 * chunks. It is put together when it is read, so the order of arrival does not matter.
 */
export interface TextPart {
	chunks: Map<number, string>;
	/** Highest index of a chunk; -1 before the first one. */
	highest: number;
	/** The chunk that ended the stream; the documents leave open what it holds. */
	last?: { index: number; text: string };
	/** The complete text, from a frame that is no chunk. */
	whole?: string;
	finished: boolean;
	/** What {@link partText} made last; cleared by what changes it. */
	cached?: string;
}

export interface Chunk {
	/** `undefined` on servers that do not count: the chunk comes after the one before it. */
	index?: number;
	text: string;
	/** Whether the server says that it is the last one. */
	last: boolean;
}

/**
 * The text of the part: the chunks by their index, then the last one, which may be empty, the whole
 * text, or one more piece (SERVER.md, "Streamed text").
 */
export function partText(part: TextPart): string {
	part.cached ??= part.whole ?? assemble(part);
	return part.cached;
}

function assemble({ chunks, last }: TextPart): string {
	const text = [...chunks.entries()]
		.sort(([left], [right]) => left - right)
		.map(([, piece]) => piece)
		.join('');
	if (!last) return text;
	return last.text.startsWith(text) ? last.text : text + last.text;
}

/**
 * Adds a chunk of a streamed answer to the latest of `parts`, or begins a new part with it. An index
 * that was used by another text, or that falls back to the start, begins a new answer; a chunk that
 * only repeats what is known changes nothing.
 */
export function addChunk(parts: TextPart[], { index, text, last }: Chunk): void {
	const current = parts.at(-1);
	const at = index ?? (current && !current.finished ? current.highest + 1 : 0);
	const place = current ? classify(current, { index: at, text, last }) : 'new';
	if (place === 'repeated') return;
	const part = place === 'same' && current ? current : startPart(parts);
	if (last) endStream(part, at, text);
	else putChunk(part, at, text);
}

function putChunk(part: TextPart, index: number, text: string): void {
	const isFirst = part.chunks.size === 0 && !part.last && part.whole === undefined;
	const follows = index === part.highest + 1 && !part.last && part.cached !== undefined;
	// The usual case, cheap: the next chunk of a text that grows.
	if (isFirst || follows) part.cached = (part.cached ?? '') + text;
	else part.cached = undefined;
	part.chunks.set(index, text);
	part.highest = Math.max(part.highest, index);
}

function endStream(part: TextPart, index: number, text: string): void {
	part.finished = true;
	part.cached = undefined;
	if (part.last && part.last.index > index) {
		part.chunks.set(index, text);
		return;
	}
	if (text !== '') part.chunks.delete(index);
	part.last = { index, text };
}

/** Adds a complete answer; one that repeats the text before it is the same answer again. */
export function addWhole(parts: TextPart[], text: string): void {
	const current = parts.at(-1);
	if (current && partText(current) === text) {
		current.finished = true;
		return;
	}
	const completes = current && !current.finished && text.startsWith(partText(current));
	setWhole(completes ? current : startPart(parts), text);
}

/** So many texts back, pieces of a complete answer are looked for. */
const MAX_PIECES = 50;

/**
 * Puts the complete answer in the place of the chunks that led to it. An answer may come twice, first
 * unfinished.
 */
export function completePart(parts: TextPart[], { index, text, last }: Chunk): void {
	const current = parts.at(-1);
	if (current?.finished && partText(current) === text) return;
	for (const piece of parts.slice(-MAX_PIECES, -1)) absorb(piece, text);
	const part = current && !current.finished ? current : startPart(parts);
	setWhole(part, text);
	part.chunks.clear();
	part.finished = last;
	if (last) part.last = { index: index ?? part.highest + 1, text };
}

/** Empties an unfinished text that is but a piece of the complete answer: it was counted wrongly. */
function absorb(part: TextPart, answer: string): void {
	if (!part.finished && answer.includes(partText(part))) setWhole(part, '');
}

function setWhole(part: TextPart, text: string): void {
	part.whole = text;
	part.cached = undefined;
	part.finished = true;
}

function startPart(parts: TextPart[]): TextPart {
	const part: TextPart = { chunks: new Map(), highest: -1, finished: false };
	parts.push(part);
	return part;
}

type Place = 'same' | 'new' | 'repeated';

/** Where a chunk belongs: to the current part, to a new one, or nowhere because it is known. */
function classify(current: TextPart, chunk: Required<Chunk>): Place {
	return current.finished ? classifyLate(current, chunk) : classifyNext(current, chunk);
}

function classifyNext(current: TextPart, { index, text, last }: Required<Chunk>): Place {
	const known = current.chunks.get(index);
	if (last && text === '') return 'same';
	if (current.whole !== undefined) return current.whole.includes(text) ? 'repeated' : 'new';
	if (known === undefined) return 'same';
	if (last) return known === text || text.startsWith(partText(current)) ? 'same' : 'new';
	const restarts = index === 0 && current.highest > 0;
	return known === text && !restarts ? 'repeated' : 'new';
}

/** A chunk after the end of its stream: out of order, doubled, or the first one of another answer. */
function classifyLate(current: TextPart, { index, text }: Required<Chunk>): Place {
	if (text === '' || (index === current.last?.index && text === current.last.text))
		return 'repeated';
	const known = current.chunks.get(index);
	if (known !== undefined) return known === text && index > 0 ? 'repeated' : 'new';
	if (!current.last) return partText(current) === text ? 'repeated' : 'new';
	if (index >= current.last.index) return 'new';
	if (current.whole === undefined) return 'same';
	return current.whole.includes(text) ? 'repeated' : 'new';
}
