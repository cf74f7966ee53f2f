import type { IDataObject } from 'n8n-workflow';

import { tryParseJson } from '../../../shared/json';
import { asObject, asText, isObject } from '../../../shared/values';

/** `answer`, which some servers spell `Answer`. */
export function answerOf({ answer, Answer }: IDataObject): IDataObject[string] {
	return answer === undefined || answer === null || answer === '' ? (Answer ?? answer) : answer;
}

/** The answer as a value; one of the type `json` may come as the text of its object. */
export function answerValue(data: IDataObject): IDataObject[string] {
	const answer = answerOf(data);
	const parsed =
		data.type === 'json' && typeof answer === 'string' ? tryParseJson(answer) : undefined;
	return isObject(parsed) ? parsed : answer;
}

/**
 * The readable text of an answer. Text stays; of a plugin's object (markdown, chart, online search
 * and images) the description is the best text, then its data (SERVER.md, "Plugin answers").
 */
export function answerText(answer: unknown): string {
	if (typeof answer === 'string') return answer;
	if (answer === undefined || answer === null) return '';
	if (!isObject(answer))
		return typeof answer === 'object' ? JSON.stringify(answer) : String(answer);
	const { desc, markdown } = asObject(answer.raw_data);
	const texts = [answer.description, answer.data, desc, markdown, answerOf(answer)];
	return texts.map(asText).find((text) => text !== undefined) ?? '';
}

/** What the node of a flow frame says, in the order in which clients prefer it. */
export function nodeText(data: IDataObject): string {
	const output = asObject(data.output);
	return (
		answerText(answerOf(data)) ||
		asText(output.robot_user_replying) ||
		asText(output.robot_user_asking) ||
		''
	);
}

/** Texts that the flow engine sends to itself and no user should see. */
const INTERNAL_TEXTS = new Set([
	'',
	'flow_enter',
	'flow_exit',
	'flow_jump',
	'node_waiting_input',
	'current_communication_complete',
]);

/** Whether a text is meant for the user. The code of its frame is asked first: answers may contain such words. */
export function isShown(text: string): boolean {
	return !INTERNAL_TEXTS.has(text.trim()) && !text.startsWith('flow_jump::');
}

/** The flow that an internal text about a jump names (SERVER.md, "Jumps to another flow"). */
export function jumpTarget(text: string): string | undefined {
	if (!text.startsWith('flow_jump')) return undefined;
	return /jump_flow_uuid["']?\s*[:=]\s*["']?([\w-]+)/.exec(text)?.[1];
}
