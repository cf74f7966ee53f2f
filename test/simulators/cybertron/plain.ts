import type { Directives } from './directives';
import { fragments, plainFrame } from './frames';
import { pluginAnswer, searchAnswer, searchHits, imageUrls } from './pluginAnswers';
import type { Step, Steps } from './steps';
import { failureText, words } from './texts';

/** A question to a robot that runs no flow. */
export interface PlainRound {
	dialogId: string;
	text: string;
	directives: Directives;
	/** Server-side forwarding data of the request (1.1.1), shown in plugin answers. */
	forwarded: { header: string; body: string };
}

/** What the answer is, whichever way it is transported. */
export interface PlainAnswer {
	type: 'string' | 'json';
	answer: unknown;
	/** Where the answer comes from, when the server tells. */
	source?: string;
}

/** The answer of a plain robot: `You asked: <text>` unless a directive asks for something else. */
export function plainAnswer(round: PlainRound): PlainAnswer {
	const { directives, text } = round;
	const failure = failureText(directives);
	if (failure !== undefined) return { type: 'string', answer: failure };
	if (directives.has('plugin') || directives.has('chart')) {
		return { type: 'json', answer: pluginAnswer(round.forwarded, directives.has('chart')) };
	}
	if (directives.has('search')) return { type: 'json', answer: searchAnswer(text) };
	const wordCount = directives.number('words');
	const answer = wordCount === undefined ? shortAnswer(text) : words(wordCount);
	return { type: 'string', answer, ...(directives.has('qa') ? { source: 'QA' } : {}) };
}

function shortAnswer(text: string): string {
	return text ? `You asked: ${text}` : 'Hello! How can I help you today?';
}

/** The frames of a plain robot between the acknowledgements and the end of the round. */
export function plainRound(round: PlainRound): Steps {
	const { directives } = round;
	const big = directives.number('big');
	if (big !== undefined) return bigAnswer(round, big);
	const { answer } = plainAnswer(round);
	if (failureText(directives) !== undefined) return failureFrames(round, String(answer));
	if (directives.has('plugin') || directives.has('chart')) return pluginFrames(round, answer);
	return streamedFrames(round, typeof answer === 'string' ? answer : `Found: ${round.text}`);
}

/** In-band failures come as one last frame, in either of two shapes. */
function failureFrames({ dialogId, directives }: PlainRound, text: string): Step[] {
	const isJson = directives.has('exception-json');
	const data = isJson ? { type: 'string', answer: text } : text;
	const type = isJson ? 'json' : 'string';
	return [plainFrame({ dialogId, type, index: 0, data, finish: 'y' })];
}

/** Plugin answers come twice, unfinished and finished. */
function pluginFrames({ dialogId, directives }: PlainRound, answer: unknown): Step[] {
	const body = { type: 'json', answer };
	const data = directives.has('data-as-string') ? JSON.stringify(body) : body;
	return [
		plainFrame({ dialogId, type: 'json', index: 0, data, finish: 'n' }),
		plainFrame({ dialogId, type: 'json', index: 1, data, finish: 'y' }),
	];
}

/** Extras, fragments, images, and a last frame that holds the whole answer. */
function streamedFrames(round: PlainRound, text: string): Step[] {
	const { dialogId, directives } = round;
	const pieces = fragments(text);
	return [
		...reasoningFrames(dialogId, directives.number('reasoning')),
		...(directives.has('search') ? searchFrames(dialogId, round.text) : []),
		...pieces.map((data, index) => plainFrame({ dialogId, type: 'string', index, data })),
		...imageFrames(dialogId, directives),
		finalFrame(round, text, pieces.length),
	];
}

function finalFrame(round: PlainRound, text: string, index: number): Step {
	const { dialogId, directives } = round;
	if (directives.has('llm-end')) {
		return plainFrame({ dialogId, type: 'llm_end', index, data: text, finish: 'n' });
	}
	const { type, answer, source } = plainAnswer(round);
	const body = { type, answer, ...(source ? { answer_source: source } : {}) };
	const data = directives.has('data-as-string') ? JSON.stringify(body) : body;
	return plainFrame({ dialogId, type: 'json', index, data, finish: 'y' });
}

function reasoningFrames(dialogId: string, count = 0): Step[] {
	return Array.from({ length: count }, (_, i) =>
		plainFrame({
			dialogId,
			type: 'reasoning',
			index: -8,
			data: { content: `Thought ${i + 1}. ` },
		}),
	);
}

function searchFrames(dialogId: string, text: string): Step[] {
	return searchHits(text).map((answer, index) => {
		const info = { avatar: '', plugin_name: 'web_search', name: 'Web search', status: 'success' };
		const data = { index, type: 'online_search', answer, online_search_info: info };
		return plainFrame({ dialogId, type: 'online_search', index: -3, data });
	});
}

function imageFrames(dialogId: string, directives: Directives): Step[] {
	const count = directives.number('images') ?? (directives.has('search') ? 2 : 0);
	return imageUrls(count).map((answer, index) =>
		plainFrame({ dialogId, type: 'images', index: -4, data: { index, type: 'images', answer } }),
	);
}

/** `count` fragments and the last frame, made one by one. */
function* bigAnswer({ dialogId }: PlainRound, count: number): Steps {
	for (let index = 0; index < count; index++) {
		yield plainFrame({ dialogId, type: 'string', index, data: `word${index + 1} ` });
	}
	const answer = `${words(count)} `;
	const data = { type: 'string', answer };
	yield plainFrame({ dialogId, type: 'json', index: count, data, finish: 'y' });
}
