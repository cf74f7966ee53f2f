import type { DirectiveName } from './directives';
import type { RunSession } from './session';

export const UTF8_TEXT =
	'Grüße aus Zürich: 你好，世界 · こんにちは · 👋🏽👩‍👩‍👧 · ١٢٣ · line\u2028separator\u2029here · done.';

/** Which directive decides the text; the first one of this list that is present. */
const ANSWERS: Partial<Record<DirectiveName, (run: RunSession) => string>> = {
	utf8: () => UTF8_TEXT,
	words: (run) =>
		Array.from({ length: run.plan.number('words', 10) }, (_, index) => `word${index + 1}`).join(
			' ',
		),
	recall: (run) => {
		const { conversation, state } = run;
		const earlier = conversation.messageIds.filter((id) => id !== run.messageId).at(-1);
		const query = earlier ? state.messages.get(earlier)?.query : undefined;
		return query === undefined ? 'This is the first message.' : `Before that you said: ${query}`;
	},
	inputs: (run) => JSON.stringify(run.request.inputs),
	attached: (run) => {
		const names = run.request.files.map(
			(file) => `${file.filename} (${file.type}, ${file.size ?? 'unknown'} bytes)`,
		);
		return names.length > 0 ? `Files: ${names.join('; ')}` : 'No files.';
	},
	image: () => 'Here is a picture: ![cat](https://chatflow.example/cat.png) of a cat.',
};

/** The whole answer of a run, decided by its query. */
export function answerText(run: RunSession): string {
	for (const [name, compose] of Object.entries(ANSWERS)) {
		if (run.plan.has(name as DirectiveName)) return compose(run);
	}
	const form = run.pauses.forms[0];
	if (form)
		return form.submission ? `Decision: ${form.submission.action}.` : 'Nobody answered in time.';
	return `Echo: ${run.plan.text || '(nothing)'}`;
}

/** Cuts text into words, each with the white space after it. */
export function wordsOf(text: string): string[] {
	return text.match(/\s*\S+\s*/g) ?? (text ? [text] : []);
}
