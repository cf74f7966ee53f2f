/** What a directive may be followed by: so many numbers, these words, or one free name. */
interface DirectiveShape {
	numbers?: number;
	words?: string[];
	name?: boolean;
	help: string;
}

/** Every directive of a query; the README's table says the same at more length. */
export const DIRECTIVES = {
	slow: { numbers: 1, help: 'milliseconds between two deltas' },
	first: { numbers: 1, help: 'milliseconds before the first delta' },
	queue: { numbers: 1, help: 'milliseconds until a worker takes the job; silence until then' },
	work: { numbers: 1, help: 'a non-streaming node that takes so many milliseconds' },
	words: { numbers: 1, help: 'an answer of N words' },
	big: { numbers: 1, help: 'N message events, cheaply' },
	nodes: { numbers: 1, help: 'N more nodes' },
	recall: { help: 'answers with the previous query of the conversation' },
	inputs: { help: 'answers with the inputs as JSON' },
	attached: { help: 'answers with a list of the files of the message' },
	image: { help: 'an answer with image markdown' },
	utf8: { help: 'a multi-byte answer, its characters split across TCP chunks' },
	knowledge: { help: 'a knowledge retrieval node and retriever resources' },
	'fail-node': { help: 'the LLM node fails' },
	error: { words: ['mid'], help: 'an in-stream error before the start, or amid the answer' },
	'stop-me': { numbers: 1, help: 'the run is stopped after N deltas (2)' },
	partial: { help: 'a node fails but the run goes on: partial-succeeded' },
	annotation: { help: 'an annotation hit: the workflow never starts' },
	moderation: {
		words: ['input', 'direct'],
		help: 'message_replace; input: never starts; direct: stopped',
	},
	pause: { numbers: 1, words: ['email', 'rich'], help: 'human input with N forms (1)' },
	expires: { numbers: 1, help: 'the forms of #pause expire after so many milliseconds' },
	iteration: { numbers: 1, words: ['parallel'], help: 'an iteration of N passes' },
	loop: { numbers: 1, help: 'a loop of N passes' },
	retry: { numbers: 1, help: 'a node that is retried N times (2)' },
	reasoning: { help: 'reasoning_chunk, or <think> before 1.15' },
	agent: { help: 'an agent node with agent_log events' },
	files: { numbers: 1, help: 'a tool node that makes N files (1)' },
	tts: { help: 'audio in the stream' },
	'unknown-event': { help: 'events, comments and fields that nobody knows' },
	'long-ids': { help: 'an event with 64-bit integers' },
	hang: { words: ['ping'], help: 'silence after the start, with pings if asked' },
	tools: { numbers: 1, help: 'an Agent app: N rounds with a tool and a text (1)' },
	react: {
		help: 'an Agent app without function calling: texts of rounds, then the answer at once',
	},
	'cut-bytes': { numbers: 1, help: 'the connection breaks after N bytes' },
	'cut-events': { numbers: 1, help: 'the connection breaks after N events' },
	script: { name: true, help: 'plays a registered list of bytes' },
	scenario: { name: true, help: 'runs a registered function' },
} as const satisfies Record<string, DirectiveShape>;

export type DirectiveName = keyof typeof DIRECTIVES;

interface DirectiveArguments {
	numbers: number[];
	words: string[];
	name: string;
}

/** A query taken apart: its directives and the text that remains. */
export class Plan {
	private readonly found = new Map<DirectiveName, DirectiveArguments>();
	readonly text: string;

	constructor(query: string) {
		const rest: string[] = [];
		const tokens = query.split(/(\s+)/);
		for (let at = 0; at < tokens.length; at += 1) {
			const name = directiveIn(tokens[at] ?? '');
			if (name) at = this.take(name, tokens, at);
			else rest.push(tokens[at] ?? '');
		}
		this.text = rest.join('').trim();
	}

	/** Reads a directive's arguments; returns the index of the white space after the last one. */
	private take(name: DirectiveName, tokens: string[], at: number): number {
		const shape: DirectiveShape = DIRECTIVES[name];
		const taken: DirectiveArguments = { numbers: [], words: [], name: '' };
		let last = at;
		// Every second token is white space.
		for (let next = at + 2; next < tokens.length; next += 2) {
			const token = tokens[next] ?? '';
			if (shape.name && !taken.name) taken.name = token;
			else if (/^\d+$/.test(token) && taken.numbers.length < (shape.numbers ?? 0)) {
				taken.numbers.push(Number(token));
			} else if (shape.words?.includes(token)) taken.words.push(token);
			else break;
			last = next;
		}
		this.found.set(name, taken);
		return last + 1;
	}

	has(name: DirectiveName, word?: string): boolean {
		const taken = this.found.get(name);
		return taken !== undefined && (word === undefined || taken.words.includes(word));
	}

	/** The number after a directive; `fallback` when the directive or its number is missing. */
	number(name: DirectiveName, fallback: number): number {
		return this.found.get(name)?.numbers[0] ?? fallback;
	}

	optionalNumber(name: DirectiveName): number | undefined {
		return this.found.get(name)?.numbers[0];
	}

	name(name: DirectiveName): string {
		return this.found.get(name)?.name ?? '';
	}
}

function directiveIn(token: string): DirectiveName | undefined {
	if (!token.startsWith('#')) return undefined;
	const name = token.slice(1);
	return Object.hasOwn(DIRECTIVES, name) ? (name as DirectiveName) : undefined;
}
