/**
 * Directives: words in a question (or in a fault) that choose what the simulator does.
 * Written `#name`, `#name:value`, or `#name 200` for those that take a number.
 * Names that are not in the table stay part of the text.
 */

/** Names that take no value. */
const FLAGS = [
	'acks-400000',
	'bad-accept',
	'binary',
	'busy',
	'busy-message',
	'chart',
	'data-as-string',
	'end',
	'exception-json',
	'flow-error',
	'heartbeat',
	'invalid-json',
	'json',
	'junk',
	'llm-end',
	'lost',
	'lower',
	'malformed',
	'never-close',
	'no-acks',
	'no-question-ack',
	'no-task-ack',
	'numeric-codes',
	'plain',
	'plugin',
	'qa',
	'repeat',
	'reset',
	'risk',
	'search',
	'silent',
	'stall',
	'string-end',
	'truncate',
	'unknown',
	'upload-fail',
	'upper',
	'waiting-flag',
	'welcome',
	'zero-stripped',
] as const;

/** Names that take a number, with the number that a bare `#name` means. */
const NUMBERS = {
	big: 1000,
	'close-after': 0,
	'close-code': 1000,
	delay: 1000,
	duplicate: 0,
	exception: 209,
	'exception-zh': 500,
	giant: 10,
	'half-after': 0,
	history: 200,
	images: 2,
	ping: 0,
	reasoning: 3,
	reorder: 0,
	'retry-after': 1,
	'silent-after': 0,
	slow: 100,
	status: 502,
	'terminate-after': 0,
	transfer: 2,
	words: 200,
} as const;

/** Names that take a text after a colon, with what a bare `#name` means. */
const TEXTS = {
	content: 'fenced',
	drop: '002005',
	error: '400000',
	finish: '7',
	jump: '3c61d330-a577-11ef-ad83-e4434b3011a0',
	'jump-text': '3c61d330-a577-11ef-ad83-e4434b3011a0',
	last: 'piece',
	'late-error': '500000',
	script: 'three-rounds',
} as const;

export type FlagName = (typeof FLAGS)[number];
export type NumberName = keyof typeof NUMBERS;
export type TextName = keyof typeof TEXTS;
export type DirectiveName = FlagName | NumberName | TextName;

/** The directives of one round, and the question without them. */
export interface Directives {
	text: string;
	has(name: DirectiveName): boolean;
	/** The number given with a directive, its default without one, undefined when absent. */
	number(name: NumberName): number | undefined;
	/** The text given with a directive, its default without one, undefined when absent. */
	value(name: TextName): string | undefined;
}

const WORD = /(^|\s)#([a-z][a-z0-9-]*)(?::(\S+)|(?=\s|$))/g;
const NUMBER_AFTER = /^\s+(\d+)(?=\s|$)/;
const flagNames = new Set<string>(FLAGS);

function isNumberName(name: string): name is NumberName {
	return Object.hasOwn(NUMBERS, name);
}

function isTextName(name: string): name is TextName {
	return Object.hasOwn(TEXTS, name);
}

/** Reads the directives in a text. Never fails: what is no directive stays text. */
export function parseDirectives(input: string): Directives {
	const found = new Map<string, string>();
	let text = '';
	let end = 0;
	for (const match of input.matchAll(WORD)) {
		const [whole, before = '', name = '', given] = match;
		if (match.index < end || !(flagNames.has(name) || isNumberName(name) || isTextName(name))) {
			continue;
		}
		text += input.slice(end, match.index) + before;
		end = match.index + whole.length;
		const following = isNumberName(name) && !given ? NUMBER_AFTER.exec(input.slice(end)) : null;
		end += following?.[0].length ?? 0;
		found.set(name, given ?? following?.[1] ?? '');
	}
	text = (text + input.slice(end)).trim();
	return {
		text,
		has: (name) => found.has(name),
		number(name) {
			const given = found.get(name);
			if (given === undefined) return undefined;
			return given === '' || Number.isNaN(Number(given)) ? NUMBERS[name] : Number(given);
		},
		value(name) {
			const given = found.get(name);
			return given === undefined ? undefined : given || TEXTS[name];
		},
	};
}
