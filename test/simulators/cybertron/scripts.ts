import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorFrame } from './frames';
import { isJsonObject, parseJsonObject, type Step } from './steps';

/** A scripted frame: its exact text, or base64 bytes of a binary frame, after a silence in ms. */
export type ScriptFrame = string | { text?: string; base64?: string; delayMs?: number };

/** Plays given frames, letter for letter, instead of thinking. */
export interface Script {
	name: string;
	/** `rounds[n]` answers the n-th message that matches in a segment. */
	rounds: ScriptFrame[][];
	/** Silence in ms before every frame. */
	delayMs?: number;
	/** All given fields must fit; a script without `match` is played only by `#script:<name>`. */
	match?: { flowUuid?: string; segmentCode?: string; question?: string; any?: boolean };
}

/** What scripts look at in a message. */
export interface ScriptedMessage {
	flowUuid: string;
	segmentCode: string;
	question: string;
}

export interface ScriptBook {
	add(script: Script): void;
	/** The script to play: the named one, else the last added one that matches. */
	find(message: ScriptedMessage, name: string | undefined): Script | undefined;
	list(): Script[];
	/** Forgets all scripts but the printed transcripts. */
	clear(): void;
}

/** The transcripts that come with the simulator (fixtures, verbatim from the API documents). */
const TRANSCRIPTS = ['three-rounds', 'submit-upload'] as const;
const FIXTURES = join(__dirname, '..', '..', 'fixtures', 'cybertron');

/** A printed example: what the client sent and what the server answered, as raw texts. */
export interface Transcript {
	source: string;
	rounds: Array<{ client: string; server: string[] }>;
}

/** Reads a printed transcript. */
export function loadTranscript(name: (typeof TRANSCRIPTS)[number]): Transcript {
	return JSON.parse(readFileSync(join(FIXTURES, `${name}.json`), 'utf8')) as Transcript;
}

function matches({ match }: Script, message: ScriptedMessage): boolean {
	if (!match) return false;
	const { any, ...fields } = match;
	const wanted = Object.entries(fields) as Array<[keyof ScriptedMessage, string]>;
	return (any ?? wanted.length > 0) && wanted.every(([name, value]) => message[name] === value);
}

/** Creates a book of scripts that knows the printed transcripts by name. */
export function createScriptBook(): ScriptBook {
	const scripts = new Map<string, Script>();
	const clear = () => {
		scripts.clear();
		for (const name of TRANSCRIPTS) {
			scripts.set(name, { name, rounds: loadTranscript(name).rounds.map((r) => r.server) });
		}
	};
	clear();
	return {
		add(script) {
			scripts.delete(script.name);
			scripts.set(script.name, script);
		},
		find(message, name) {
			if (name) return scripts.get(name);
			return [...scripts.values()].reverse().find((script) => matches(script, message));
		},
		list: () => [...scripts.values()],
		clear,
	};
}

/** The steps of a script's round; an error frame once its rounds are used up. */
export function scriptSteps(script: Script, round: number): Step[] {
	const frames = script.rounds[round];
	if (!frames) return [errorFrame('500000', `The script ${script.name} is over`)];
	return frames.flatMap((frame): Step[] => {
		const { text, base64, delayMs } = typeof frame === 'string' ? { text: frame } : frame;
		const ms = delayMs ?? script.delayMs ?? 0;
		const silence: Step[] = ms > 0 ? [{ do: 'wait', ms }] : [];
		if (base64 !== undefined) {
			return [...silence, { do: 'binary', bytes: Buffer.from(base64, 'base64') }];
		}
		return [...silence, frameStep(text ?? '')];
	});
}

function frameStep(text: string): Step {
	const data = parseJsonObject(text)?.data;
	const code = isJsonObject(data) && typeof data.code === 'string' ? data.code : undefined;
	return { do: 'frame', text, ...(code === undefined ? {} : { code }) };
}
